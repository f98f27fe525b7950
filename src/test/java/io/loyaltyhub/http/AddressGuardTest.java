package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only addresses written as numbers, and localhost: no test asks a name server. */
class AddressGuardTest {

    private final AddressGuard guard = new AddressGuard(false);

    @ParameterizedTest
    @ValueSource(strings = {
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
            "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
            "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
            "240.0.0.1", "255.255.255.255"})
    void privateAndReservedIpv4AddressesAreNotPublic(String address) throws UnknownHostException {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1",
            "169.253.255.255", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.0.3.1", "192.167.255.255", "192.169.0.1", "198.17.255.255",
            "198.20.0.1", "200.147.3.157", "203.0.112.255", "203.0.114.1", "223.255.255.255"})
    void theirNeighboursArePublic(String address) throws UnknownHostException {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1",
            "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "fc00::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
            "2001::1", "2001:0:a00:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2001:db8:ffff::1", "2002:7f00:1::1", "2002:808:808::1",
            "3fff::1", "3fff:fff::1", "4000::1", "5f00::1"})
    void localReservedAndCarriedIpv6AddressesAreNotPublic(String address) throws UnknownHostException {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:4860:4860::8888", "2606:4700:4700::1111", "2804:10:4058::1", "2a00:1450::1", "::ffff:8.8.8.8", "2001:200::1", "2003::1"})
    void assignedIpv6AddressesArePublic(String address) throws UnknownHostException {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "https://127.0.0.1/web_api", "http://10.0.0.1", "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[::1]:8080/",
            "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://localhost:5432/", "https://LOCALHOST",
            "https://0.0.0.0/", " https://192.168.1.1/ "})
    void anAddressInAPrivateNetworkIsRefused(String address) {
        assertThat(guard.objection(address)).contains("address.private");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "00000177.0.0.1",
            "127.0.0.01", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1", "[::1%25lo]"})
    void noOtherWayOfWritingAPrivateAddressGetsThrough(String host) {
        assertThat(guard.objection("https://" + host + "/")).isPresent().get().isNotEqualTo("address.insecure");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "https://loja@8.8.8.8/", "https://user:secret@8.8.8.8/", "https://8.8.8.8@127.0.0.1/", "https://:@8.8.8.8/",
            "https://8.8.8.8\\@127.0.0.1/", "https://{{hub.encryption-key}}/", "https://8.8.8.8/{{env:HOME}}", "https://8.8.8.8/${variable.code}",
            "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "javascript:alert(1)", "//8.8.8.8/", "8.8.8.8", "https:8.8.8.8",
            "https:///web_api", "https://", "", "https://8.8.8.8/\nHost: x", "https://8.8.8.8 /", "minha loja"})
    void whatIsNotAPlainWebAddressIsMalformed(String address) {
        assertThat(guard.objection(address)).contains("address.malformed");
    }

    @Test
    void aPublicAddressIsFineOverHttpsAndInsecureOverHttp() {
        assertThat(guard.objection("https://8.8.8.8/web_api")).isEmpty();
        assertThat(guard.objection("HTTPS://[2606:4700:4700::1111]:8443/web_api")).isEmpty();
        assertThat(guard.objection("http://8.8.8.8/web_api")).contains("address.insecure");
    }

    @Test
    void aConnectionToAPrivateAddressIsRefusedWhateverWasCheckedBefore() throws UnknownHostException {
        assertThatThrownBy(() -> guard.resolve("localhost")).isInstanceOf(AddressGuard.PrivateAddress.class).hasMessageNotContaining("127.0.0.1");
        assertThatThrownBy(() -> guard.resolve("10.0.0.1")).isInstanceOf(UnknownHostException.class);
        assertThat(guard.resolve("8.8.8.8")).containsExactly(InetAddress.getByName("8.8.8.8"));
    }

    @Test
    void whereTheOperatorAllowsPrivateAddressesTheyAreReachedAndStillNoOtherScheme() throws UnknownHostException {
        AddressGuard lenient = new AddressGuard(true);

        assertThat(lenient.objection("http://127.0.0.1:8080/web_api")).isEmpty();
        assertThat(lenient.resolve("127.0.0.1")).isNotEmpty();
        assertThat(lenient.objection("file:///etc/passwd")).contains("address.malformed");
        assertThat(lenient.objection("http://user@127.0.0.1/")).contains("address.malformed");
    }

    @Test
    void noCallIsMadeToAnAddressThatCamelWouldFillIn() {
        for (String address : new String[] {"https://8.8.8.8/{{hub.encryption-key}}", "https://8.8.8.8/}", "{{x}}"}) {
            Exchange exchange = new DefaultExchange(new DefaultCamelContext());
            exchange.getMessage().setHeader(Exchange.HTTP_URI, address);

            assertThatThrownBy(() -> new Requests(new AddressGuard(true)).guard(exchange)).isInstanceOfSatisfying(PlatformFailure.class,
                    failure -> assertThat(failure.meaning()).isEqualTo(ErrorMeaning.REJECTED));
        }
    }
}
