package io.loyaltyhub.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.xml.XmlFactory;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import com.fasterxml.jackson.dataformat.xml.deser.FromXmlParser;
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

    /** A web page may well be XML, and is never what was asked for. */
    static JsonNode read(byte[] bytes) throws IOException {
        try (FromXmlParser parser = (FromXmlParser) XML.getFactory().createParser(bytes)) {
            if (parser.getStaxReader().getLocalName().equalsIgnoreCase("html")) {
                throw new JsonParseException(parser, "a web page");
            }
            return XML.readTree(parser);
        }
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
