use cfn_model::{
    Path, Segment,
    text::{Location, Span, locate, parse_traced},
};

fn path(text: &str) -> Path {
    let segment = |step: &str| step.parse().map_or_else(|_| Segment::from(step), Segment::Index);
    Path(text.split('/').filter(|step| !step.is_empty()).map(segment).collect())
}

/// The stretches of text that belong to each path: depth, key, value.
fn check(text: &str, cases: &[(&str, usize, &str, &str)]) {
    let paths: Vec<Path> = cases.iter().map(|case| path(case.0)).collect();
    let (_, trace) = parse_traced(text).unwrap();
    assert_eq!(trace.locate(text, &paths), locate(text, &paths), "a trace says what a second look does");
    let cut = |span: Span| {
        // The end of a span is the position of what follows, in lines and columns too.
        let before = &text[..span.end.offset];
        let line = before.rsplit(['\n', '\u{feff}']).next().unwrap();
        assert_eq!(span.end.column, line.chars().count() + 1, "{span:?}");
        assert_eq!(span.end.line, before.matches('\n').count() + 1, "{span:?}");
        &text[span.bytes()]
    };
    let actual: Vec<_> = cases
        .iter()
        .zip(locate(text, &paths))
        .map(|(case, location)| {
            let location: Location = location.unwrap();
            (case.0, location.depth, location.key.map_or("", cut), cut(location.value))
        })
        .collect();
    pretty_assertions::assert_eq!(actual, cases);
}

#[test]
fn json() {
    let text = "\u{feff}{\"é\": {\"a\": [1, {\"b\" : \"x\"}],\r\n  \"c\": []}}\n";
    check(
        text,
        &[
            ("", 0, "", "{\"é\": {\"a\": [1, {\"b\" : \"x\"}],\r\n  \"c\": []}}"),
            ("é/a", 2, "\"a\"", "[1, {\"b\" : \"x\"}]"),
            ("é/a/1", 3, "", "{\"b\" : \"x\"}"),
            ("é/a/1/b", 4, "\"b\"", "\"x\""),
            ("é/a/1/b/c/0", 4, "\"b\"", "\"x\""),
            ("é/c", 2, "\"c\"", "[]"),
            ("é/c/0", 2, "\"c\"", "[]"),
            ("z", 0, "", "{\"é\": {\"a\": [1, {\"b\" : \"x\"}],\r\n  \"c\": []}}"),
            ("é/a", 2, "\"a\"", "[1, {\"b\" : \"x\"}]"),
        ],
    );
}

#[test]
fn yaml() {
    let text = "\u{feff}A: é
B: !GetAtt X.Y   # comment
C: !If [a, !Ref b ]   # comment
D: !Join
  - \",\"
  - [a,
     b]

# comment
E: |
  line
  é

# after
F: !Sub |-
  hello
G: &x {a: b}
H: *x
I:
J:
  - Key: k
    Value: v
  -
";
    check(
        text,
        &[
            ("A", 1, "A", "é"),
            ("B", 1, "B", "!GetAtt X.Y"),
            ("B/Fn::GetAtt", 2, "!GetAtt", "!GetAtt X.Y"),
            ("B/Fn::GetAtt/1", 3, "", "!GetAtt X.Y"),
            ("B/Ref", 1, "B", "!GetAtt X.Y"),
            ("C/Fn::If/1", 3, "", "!Ref b"),
            ("C/Fn::If/1/Ref", 4, "!Ref", "!Ref b"),
            ("C/Fn::If", 2, "!If", "!If [a, !Ref b ]"),
            ("C/Fn::If/2", 2, "!If", "!If [a, !Ref b ]"),
            ("D", 1, "D", "!Join\n  - \",\"\n  - [a,\n     b]"),
            ("D/Fn::Join/1", 3, "", "[a,\n     b]"),
            ("E", 1, "E", "line\n  é"),
            ("F/Fn::Sub", 2, "!Sub", "!Sub |-\n  hello"),
            ("G/a", 2, "a", "b"),
            ("H", 1, "H", "*x"),
            ("H/a", 2, "a", "b"),
            ("I", 1, "I", ""),
            ("J/0", 2, "", "Key: k\n    Value: v"),
            ("J/0/Value", 3, "Value", "v"),
            ("J", 1, "J", "- Key: k\n    Value: v\n  -"),
        ],
    );
}

#[test]
fn merged_entries_stand_where_they_are_written() {
    let text = "a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x\n";
    check(text, &[("d/b", 2, "b", "1"), ("d/c", 2, "c", "3"), ("d", 1, "d", "c: 3\n  <<: *x"), ("a/c", 2, "c", "2")]);
}

#[test]
fn yaml_in_braces() {
    check("{\"a\": [1, 2], b: 3}", &[("a/1", 2, "", "2"), ("b", 1, "b", "3")]);
}

#[test]
fn unreadable_texts_have_no_places() {
    assert_eq!(locate("{\"a\": [", &[path("a"), path("")]), [None, None]);
    assert_eq!(locate("a: [", &[path("a")]), [None]);
}

#[test]
fn whole_is_key_and_value() {
    let text = "a:\n  b: 1 # x\n";
    let location = locate(text, &[path("a/b")])[0].unwrap();
    assert_eq!(&text[location.whole().bytes()], "b: 1");
    assert_eq!((location.whole().start.line, location.whole().start.column), (2, 3));
}
