package io.loyaltyhub.branch;

import java.util.UUID;

/** One of a merchant's branches, as far as an integration of it knows it. */
public record Branch(UUID id, String name) {
}
