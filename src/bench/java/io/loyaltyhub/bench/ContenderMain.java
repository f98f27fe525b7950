package io.loyaltyhub.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A contender in a process of its own: {@code <name> <database url> <user> <routes> <data>}, the database's password in
 * {@code BENCH_DATABASE_PASSWORD}. Each line on standard input is the address of a shop to read; each is answered with one
 * line on standard error that begins with {@code @}. What the hub logs goes to standard output.
 */
final class ContenderMain {

    private ContenderMain() {
    }

    public static void main(String[] arguments) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (BenchHub hub = BenchHub.start(arguments[1], arguments[2], System.getenv("BENCH_DATABASE_PASSWORD"),
                Path.of(arguments[3]), Path.of(arguments[4]))) {
            Contender contender = switch (arguments[0]) {
                case "hub" -> new HubContender(hub);
                case "loop" -> new LoopContender(hub);
                case "per-order" -> new PerOrderContender(hub);
                default -> throw new IllegalArgumentException(arguments[0]);
            };
            System.err.println("@ready");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String shop = commands.readLine(); shop != null; shop = commands.readLine()) {
                BenchHub.Programme programme = hub.programme(shop);
                System.gc();
                long cpuBefore = system.getProcessCpuTime();
                Duration took = contender.run(programme, shop);
                long cpu = system.getProcessCpuTime() - cpuBefore;
                System.err.println(new PassResult(took.toNanos(), cpu, hub.outcome(programme), hub.fingerprint(programme)).line());
            }
        }
    }
}
