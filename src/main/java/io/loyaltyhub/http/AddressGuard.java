package io.loyaltyhub.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Keeps calls on merchants' behalf out of the hub's own network. Merchants give addresses; an address that is, or
 * resolves to, anything but a public one is refused. The connection itself resolves through this class, so a name that
 * changes its mind between check and call gains nothing.
 */
@Component
public class AddressGuard implements DnsResolver {

    /** 2130706433, 0x7f000001 and 0177.0.0.1 are one address to some readers and other ones, or none, to others. */
    private static final Pattern NUMBER_LAST = Pattern.compile("(?i)(?:^|\\.)(?:0x[0-9a-f]*|[0-9]+)$");
    private static final Pattern PLAIN_V4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})(?:\\.|$)){4}");

    private final boolean allowPrivate;

    public AddressGuard(@Value("${hub.http.allow-private-addresses:false}") boolean allowPrivate) {
        this.allowPrivate = allowPrivate;
    }

    /** Why an address given by a merchant cannot be used, as a message code; empty where it can. */
    public Optional<String> objection(String address) {
        URI uri;
        try {
            uri = new URI(address.strip());
        } catch (URISyntaxException e) {
            return Optional.of("address.malformed");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(java.util.Locale.ROOT);
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || !(scheme.equals("https") || scheme.equals("http"))) {
            return Optional.of("address.malformed");
        }
        if (host.indexOf('%') >= 0 || NUMBER_LAST.matcher(host).find() && !PLAIN_V4.matcher(host).matches()) {
            return Optional.of("address.malformed");
        }
        if (allowPrivate) {
            return Optional.empty();
        }
        try {
            for (InetAddress one : InetAddress.getAllByName(unbracketed(host))) {
                if (!isPublic(one)) {
                    return Optional.of("address.private");
                }
            }
        } catch (UnknownHostException e) {
            // A shop that is not there yet may be saved; calling it will say so.
        }
        return scheme.equals("https") ? Optional.empty() : Optional.of("address.insecure");
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
        if (!allowPrivate) {
            for (InetAddress address : addresses) {
                if (!isPublic(address)) {
                    throw new PrivateAddress(host);
                }
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress()
                || address.isSiteLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublicV4(bytes) : isPublicV6((Inet6Address) address, bytes);
    }

    /** What the JDK does not count as local: shared, benchmark, documentation, relay, reserved and "this" networks. */
    private static boolean isPublicV4(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        return !(a == 0
                || a == 100 && b >= 64 && b <= 127
                || a == 192 && b == 0 && (c == 0 || c == 2)
                || a == 192 && b == 88 && c == 99
                || a == 198 && (b == 18 || b == 19)
                || a == 198 && b == 51 && c == 100
                || a == 203 && b == 0 && c == 113
                || a >= 240);
    }

    /**
     * Unique local addresses, those that carry an IPv4 address inside (mapped, compatible, 6to4, NAT64, Teredo), and those
     * set aside for protocols (2001::/23) and documentation.
     */
    private static boolean isPublicV6(Inet6Address address, byte[] bytes) {
        int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        boolean global = (first & 0xe000) == 0x2000;
        boolean sixToFour = first == 0x2002;
        boolean protocols = first == 0x2001 && (bytes[2] & 0xfe) == 0;
        boolean documentation = first == 0x2001 && (bytes[2] & 0xff) == 0x0d && (bytes[3] & 0xff) == 0xb8
                || first == 0x3fff && (bytes[2] & 0xf0) == 0;
        return global && !sixToFour && !protocols && !documentation && !address.isIPv4CompatibleAddress();
    }

    /** A name that leads into a private network. */
    static final class PrivateAddress extends UnknownHostException {
        PrivateAddress(String host) {
            super("refused: " + host + " is a private address");
        }
    }
}
