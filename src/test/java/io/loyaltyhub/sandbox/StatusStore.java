package io.loyaltyhub.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/** The shop's order statuses, in the order of their ids. */
final class StatusStore {

    private final List<SandboxStatus> statuses = new ArrayList<>(List.of(SandboxStatus.A_ENVIAR, SandboxStatus.AGUARDANDO_PAGAMENTO,
            SandboxStatus.ENVIADO, SandboxStatus.CANCELADO, SandboxStatus.FINALIZADO));

    synchronized void add(SandboxStatus status) {
        statuses.removeIf(known -> known.id() == status.id());
        statuses.add(status);
        statuses.sort((a, b) -> Integer.compare(a.id(), b.id()));
    }

    synchronized List<SandboxStatus> all() {
        return List.copyOf(statuses);
    }

    SandboxStatus named(String name) {
        return all().stream().filter(status -> status.name().equals(name)).findFirst()
                .orElseThrow(() -> new NoSuchElementException("The shop has no status " + name));
    }
}
