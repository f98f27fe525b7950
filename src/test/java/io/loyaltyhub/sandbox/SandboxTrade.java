package io.loyaltyhub.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a shop busy: with each beat one of twelve regular customers orders, and some earlier orders move on, AGUARDANDO
 * PAGAMENTO → A ENVIAR → ENVIADO → FINALIZADO; about one in ten is cancelled on its way. The same seed trades the same.
 */
public final class SandboxTrade implements AutoCloseable {

    /** How many people buy here, over and over: the first of {@link BrazilianPeople}. */
    public static final int REGULARS = 12;

    private static final List<SandboxStatus> WAY = List.of(SandboxStatus.AGUARDANDO_PAGAMENTO, SandboxStatus.A_ENVIAR,
            SandboxStatus.ENVIADO, SandboxStatus.FINALIZADO);

    private static final class Journey {
        final long orderId;
        final int cancelledAfter;
        int station;

        Journey(long orderId, int cancelledAfter) {
            this.orderId = orderId;
            this.cancelledAfter = cancelledAfter;
        }
    }

    private final SandboxTray shop;
    private final SplittableRandom random;
    private final OrderGenerator generator = new OrderGenerator();
    private final List<Journey> journeys = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread worker = new Thread(work, "sandbox-trade");
        worker.setDaemon(true);
        return worker;
    });

    public SandboxTrade(SandboxTray shop, long seed) {
        this.shop = shop;
        this.random = new SplittableRandom(seed);
    }

    /** One beat now and then one each period, until closed. */
    public static SandboxTrade start(SandboxTray shop, Duration period) {
        SandboxTrade trade = new SandboxTrade(shop, 7);
        trade.thread.scheduleAtFixedRate(trade::beat, 0, period.toMillis(), TimeUnit.MILLISECONDS);
        return trade;
    }

    /** Answers the id of the new order. */
    public synchronized long beat() {
        advance();
        SandboxOrder order = generator.basket(random.nextLong()).customer(random.nextInt(REGULARS))
                .status(SandboxStatus.AGUARDANDO_PAGAMENTO);
        int cancelledAfter = random.nextInt(10) == 0 ? random.nextInt(WAY.size() - 1) : WAY.size();
        Journey journey = new Journey(shop.place(order), cancelledAfter);
        journeys.add(journey);
        return journey.orderId;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void advance() {
        for (Iterator<Journey> open = journeys.iterator(); open.hasNext(); ) {
            Journey journey = open.next();
            if (random.nextInt(3) > 0) {
                continue;
            }
            boolean cancelled = journey.station == journey.cancelledAfter;
            try {
                shop.changeStatus(journey.orderId, cancelled ? SandboxStatus.CANCELADO : WAY.get(++journey.station));
            } catch (NoSuchElementException removed) {
                open.remove();
                continue;
            }
            if (cancelled || journey.station == WAY.size() - 1) {
                open.remove();
            }
        }
    }
}
