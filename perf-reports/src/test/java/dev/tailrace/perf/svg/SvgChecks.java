package dev.tailrace.perf.svg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// Reads pictures back, and looks for texts that lie outside or on each other.
public final class SvgChecks {
    private static final Pattern PICTURE = Pattern.compile("<svg[ >].*?</svg>", Pattern.DOTALL);
    private static final Pattern TRANSLATE = Pattern.compile("translate\\(([-0-9.]+) ([-0-9.]+)\\)");

    /// Coordinates are written with one digit.
    private static final double ROUNDING = 0.1;

    private record Text(String content, Box box) {}

    private SvgChecks() {}

    /// Every picture of a page or a file.
    ///
    /// @return how many there are
    public static int check(final String document) {
        int count = 0;
        final Matcher pictures = PICTURE.matcher(document);
        while (pictures.find()) {
            checkPicture(parse(pictures.group()));
            count++;
        }
        return count;
    }

    public static Element parse(final String xml) {
        try {
            final DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)))
                    .getDocumentElement();
        } catch (SAXException | IOException | ParserConfigurationException fault) {
            throw new AssertionError(fault.getMessage() + " in " + xml, fault);
        }
    }

    private static void checkPicture(final Element svg) {
        final double[] view = Arrays.stream(svg.getAttribute("viewBox").split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        final Box frame = new Box(view[0], view[1], view[0] + view[2], view[1] + view[3]);
        final List<Text> texts = new ArrayList<>();
        collect(svg, 0, 0, texts);
        final List<String> faults = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            final Text text = texts.get(i);
            if (!text.box().isInside(frame)) {
                faults.add("'%s' at %s is outside of %s".formatted(text.content(), text.box(), frame));
            }
            for (final Text other : texts.subList(0, i)) {
                if (text.box().overlaps(other.box())) {
                    faults.add("'%s' at %s is on '%s' at %s"
                            .formatted(text.content(), text.box(), other.content(), other.box()));
                }
            }
        }
        assertEquals(List.of(), faults, svg.getAttribute("aria-label"));
        assertFalse(svg.getAttribute("aria-label").isEmpty());
    }

    private static void collect(final Node node, final double dx, final double dy, final List<Text> texts) {
        double x = dx;
        double y = dy;
        if (node instanceof Element element) {
            final Matcher moved = TRANSLATE.matcher(element.getAttribute("transform"));
            if (moved.matches()) {
                x += Double.parseDouble(moved.group(1));
                y += Double.parseDouble(moved.group(2));
            }
            if (element.getTagName().equals("text")) {
                texts.add(text(element, x, y));
            }
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            collect(child, x, y, texts);
        }
    }

    private static Text text(final Element element, final double dx, final double dy) {
        final String styleClass = element.getAttribute("class").split(" ")[0];
        final TextStyle style = Arrays.stream(TextStyle.values())
                .filter(each -> each.styleClass().equals(styleClass))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no style of class " + styleClass));
        final Box box = style.box(
                element.getTextContent(),
                dx + Double.parseDouble(element.getAttribute("x")),
                dy + Double.parseDouble(element.getAttribute("y")));
        return new Text(
                element.getTextContent(),
                new Box(box.left() + ROUNDING, box.top() + ROUNDING, box.right() - ROUNDING, box.bottom() - ROUNDING));
    }
}
