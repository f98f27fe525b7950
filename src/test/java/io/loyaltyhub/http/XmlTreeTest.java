package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XML answers as mappings see them. */
class XmlTreeTest {

    @Test
    void elementsAreFoundByTheirLocalNamesAndRepeatedOnesAreLists() throws IOException {
        JsonNode tree = read("<s:Envelope xmlns:s=\"urn:soap\" xmlns:n=\"urn:Magento\"><s:Body><n:list><row><id>1</id></row><row><id>2</id><none/></row></n:list></s:Body></s:Envelope>");

        assertThat(tree.at("/Body/list/row")).hasSize(2);
        assertThat(tree.at("/Body/list/row/1/id").asText()).isEqualTo("2");
        assertThat(tree.at("/Body/list/row/1/none").asText()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a><b></a>", "<a>&nbsp;</a>", "<a><![CDATA[", "{}", "<a", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<html><body>Volte mais tarde</body></html>",
        "<!DOCTYPE html><HTML lang=\"pt-BR\"><p>Loja em manutenção</p></HTML>", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>"})
    void whatIsNoXmlOrWantsMoreThanThatIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(JsonProcessingException.class);
    }

    private static JsonNode read(String xml) throws IOException {
        return XmlTree.read(xml.getBytes(StandardCharsets.UTF_8));
    }
}
