package io.loyaltyhub.platforms;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.support.Programme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The address that a platform posts its announcements to, as the platform sees it. */
record Announcements(URI address) {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static Announcements to(URI hub, Programme programme) {
        return new Announcements(hub.resolve(programme.client().get(programme.integrationPath()).expect(200).json().get("webhookUrl").asText()));
    }

    /** Of the same form, and given to nobody. */
    Announcements forged() {
        String address = this.address.toString();
        String end = address.substring(address.length() - 6);
        return new Announcements(URI.create(address.substring(0, address.length() - 6) + new StringBuilder(end).reverse()));
    }

    /** Answers the status. */
    int send(Call announcement) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).method(announcement.method(), BodyPublishers.ofByteArray(announcement.body()));
        announcement.headers().forEach(request::header);
        return status(request);
    }

    /** What panels do to see whether anybody answers there. */
    int look() {
        return status(HttpRequest.newBuilder(address).GET());
    }

    private static int status(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
