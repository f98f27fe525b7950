package io.loyaltyhub.poll;

import io.loyaltyhub.platform.Platforms;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration
@EnableScheduling
class PollConfiguration {

    @Bean(destroyMethod = "shutdown")
    ExecutorService pollers(Platforms platforms, @Value("${hub.poll.workers:4}") int workers) {
        return oneForEachPoll("poller-", platforms, workers);
    }

    /** Whoever polls hands a page over to one of these and reads on. */
    @Bean(destroyMethod = "shutdown")
    ExecutorService posters(Platforms platforms, @Value("${hub.poll.workers:4}") int workers) {
        return oneForEachPoll("poster-", platforms, workers);
    }

    /** As many threads as integrations can be claimed at once; made when needed, never a queue. */
    private static ExecutorService oneForEachPoll(String name, Platforms platforms, int workers) {
        AtomicInteger number = new AtomicInteger();
        int most = Math.max(1, platforms.all().size()) * workers;
        return new ThreadPoolExecutor(0, most, 30, TimeUnit.SECONDS, new SynchronousQueue<>(),
                task -> new Thread(task, name + number.incrementAndGet()),
                // Also once the hub is stopping: whoever waits for a task that nobody runs waits for ever.
                (task, pool) -> task.run());
    }
}
