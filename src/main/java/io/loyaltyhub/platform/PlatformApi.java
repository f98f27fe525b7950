package io.loyaltyhub.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The platforms, as a merchant's form needs them. */
@Component("platformApi")
public class PlatformApi {

    private final Platforms platforms;

    public PlatformApi(Platforms platforms) {
        this.platforms = platforms;
    }

    public record Described(String name, String title, String kind, Map<String, Platform.Capability> capabilities,
                            JsonNode settingsSchema, String guide) {
    }

    public Listing<Described> list(ApiRequest request) {
        return Listing.page(request, platforms.all().stream().map(PlatformApi::described).toList(), Described::name);
    }

    public Described get(ApiRequest request) {
        return platforms.find(request.path().get("platform")).map(PlatformApi::described).orElseThrow(Problem::notFound);
    }

    private static Described described(Platform platform) {
        return new Described(platform.name(), platform.title(), platform.kind(), platform.capabilities(), platform.settings(), platform.guide());
    }
}
