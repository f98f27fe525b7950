package io.loyaltyhub.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.xml.XmlFactory;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import java.io.IOException;
import javax.xml.stream.XMLInputFactory;

/**
 * An XML answer as a JSON tree: elements by their local names, repeated ones as arrays, all values as texts, an empty
 * element as an empty text. Without DTDs and entities of any kind. A list of one is an object: mappings take both.
 */
final class XmlTree {

    private static final String LAZY_PARSING = "com.ctc.wstx.lazyParsing";
    private static final XmlMapper XML = new XmlMapper(new XmlFactory(parsers()));

    private XmlTree() {
    }

    static JsonNode read(byte[] bytes) throws IOException {
        return XML.readTree(bytes);
    }

    private static XMLInputFactory parsers() {
        XMLInputFactory parsers = XMLInputFactory.newFactory();
        parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        parsers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        parsers.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        // What is wrong with a text is to be said where it is met, as a checked exception.
        if (parsers.isPropertySupported(LAZY_PARSING)) {
            parsers.setProperty(LAZY_PARSING, false);
        }
        return parsers;
    }
}
