package io.loyaltyhub.points;

import java.util.UUID;

/**
 * Where sales are posted from.
 *
 * @param kind   of its platform: {@code shop} or {@code erp}
 * @param shared whether the merchant has, or had, another source of sales: then each sale is looked for there, too
 */
public record Source(UUID merchantId, UUID integrationId, String kind, boolean shared) {

    /** Who posts, for the entries and for participants registered on the way. */
    public String name() {
        return "integration:" + integrationId;
    }
}
