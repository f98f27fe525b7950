package io.loyaltyhub.fault;

import io.loyaltyhub.sandbox.SandboxItem;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTrade;
import io.loyaltyhub.sandbox.SandboxTray;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A shop that never rests until told so: orders come in, are paid, sent, cancelled, edited, and taken up again after they
 * were cancelled. No order goes from a status that scores to one that means nothing, so the points that an order must
 * have follow from how it stands at the end, whatever the hub saw on the way.
 */
final class BusyShop implements AutoCloseable {

    private static final Set<Integer> SCORING = Set.of(SandboxStatus.A_ENVIAR.id(), SandboxStatus.ENVIADO.id(), SandboxStatus.FINALIZADO.id());

    private final SandboxTray tray = SandboxTray.start();
    private final SplittableRandom random;
    private final SandboxTrade trade;
    private final List<Long> restless = new ArrayList<>();
    private final List<ScheduledFuture<?>> bustle = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    BusyShop(long seed) {
        random = new SplittableRandom(seed);
        trade = new SandboxTrade(tray, seed);
        tray.people(80);
    }

    SandboxTray tray() {
        return tray;
    }

    /**
     * So many orders of last month, which nobody touches any more: what is lost of them once the cursor has gone by is lost
     * for good. And so many of today, which change all the time and so are read again and again.
     */
    void fill(int settled, int changing) {
        tray.placeMany(settled, SandboxStatus.FINALIZADO, LocalDateTime.now().minusDays(30), Duration.ofMinutes(1));
        int unpaid = changing / 3;
        restless.addAll(ids(tray.placeMany(unpaid, SandboxStatus.AGUARDANDO_PAGAMENTO), unpaid));
        restless.addAll(ids(tray.placeMany(changing - unpaid, SandboxStatus.A_ENVIAR), changing - unpaid));
    }

    private static List<Long> ids(long first, int count) {
        List<Long> ids = new ArrayList<>();
        for (long id = first; id < first + count; id++) {
            ids.add(id);
        }
        return ids;
    }

    /** From now on something changes with each beat, and a new order comes with each so many of them. */
    void open(Duration beat, int beatsPerNewOrder) {
        bustle.add(thread.scheduleAtFixedRate(this::whim, 0, beat.toMillis(), TimeUnit.MILLISECONDS));
        bustle.add(thread.scheduleAtFixedRate(trade::beat, 0, beat.toMillis() * beatsPerNewOrder, TimeUnit.MILLISECONDS));
    }

    private void whim() {
        long id = restless.get(random.nextInt(restless.size()));
        SandboxStatus status = tray.status(id);
        int dice = random.nextInt(10);
        if (dice == 0 && !status.equals(SandboxStatus.CANCELADO)) {
            tray.changeStatus(id, SandboxStatus.CANCELADO);
        } else if (dice < 5 && SCORING.contains(status.id())) {
            String price = BigDecimal.valueOf(100 + random.nextInt(50_000), 2).toPlainString();
            tray.edit(id, order -> order.items(SandboxItem.of("TROCA", "Item trocado", 1, price)).coupon("", "0.00").discount("0.00"));
        } else {
            tray.changeStatus(id, after(status));
        }
    }

    private static SandboxStatus after(SandboxStatus status) {
        return status.equals(SandboxStatus.A_ENVIAR) ? SandboxStatus.ENVIADO
                : status.equals(SandboxStatus.ENVIADO) ? SandboxStatus.FINALIZADO
                : SandboxStatus.A_ENVIAR;
    }

    /** Nothing changes any more once this is back. */
    void rest() {
        bustle.forEach(beat -> beat.cancel(false));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the shop does not rest");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (ScheduledFuture<?> beat : bustle) {
            // A beat that failed would have silenced all that were to follow.
            if (!beat.isCancelled()) {
                throw new IllegalStateException("the shop stopped by itself");
            }
        }
    }

    /** The status of every order, by order id. */
    Map<String, String> statuses() {
        Map<String, String> statuses = new TreeMap<>();
        tray.orderIds().forEach(id -> statuses.put(Long.toString(id), Integer.toString(tray.status(id).id())));
        return statuses;
    }

    /** What every order must have earned, by order id; a point a real. */
    Map<String, Long> points() {
        Map<String, Long> points = new TreeMap<>();
        tray.orderIds().forEach(id -> points.put(Long.toString(id), pointsOf(tray.order(id))));
        return points;
    }

    /** What everybody must have, by document; nobody who has nothing. */
    Map<String, Long> balances() {
        Map<String, Long> balances = new HashMap<>();
        for (long id : tray.orderIds()) {
            SandboxOrder order = tray.order(id);
            balances.merge(order.customer().document(), pointsOf(order), Long::sum);
        }
        balances.values().removeIf(balance -> balance == 0);
        return new TreeMap<>(balances);
    }

    private static long pointsOf(SandboxOrder order) {
        return SCORING.contains(order.status().id()) ? order.paidForGoods().setScale(0, RoundingMode.FLOOR).longValueExact() : 0;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        tray.close();
    }
}
