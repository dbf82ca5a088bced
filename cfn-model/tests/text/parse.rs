use cfn_model::text::{Format, Limits, parse, to_json_compact};

#[test]
fn the_language_is_recognised() {
    let shown = |text: &str| match parse(text, &Limits::default()) {
        Ok(document) => format!("{:?} {}", document.format, to_json_compact(&document.node)),
        Err(error) => error.to_string(),
    };
    for (text, expected) in [
        ("", "the template is empty"),
        ("\u{feff}\n {\"a\": 1}", "Json {\"a\":1}"),
        ("[]", "Json []"),
        ("a: 1", "Yaml {\"a\":1}"),
        ("\"a\": 1", "Yaml {\"a\":1}"),
        // YAML in braces, and JSON that is not quite JSON.
        ("{a: !Ref b}", "Yaml {\"a\":{\"Ref\":\"b\"}}"),
        ("{\"a\": 1, # why\n}", "Yaml {\"a\":1}"),
        ("[x]\n", "Yaml [\"x\"]"),
        // Wrong in both languages: JSON's error.
        ("{\"a\" 1\n \"b\": 2}", "line 1, column 6: expected `:` after a key, found `1`"),
        ("{\"a\": nul, \"a\": 1}", "line 1, column 7: expected a value after `:`, found `nul`"),
        // A rule of the reader, not of the grammar: YAML is not even tried.
        ("{\"a\": 1, \"a\": 1}", "line 1, column 10: duplicate key `a`, first at line 1, column 2"),
        ("# {\n{\"a\": 1}", "Yaml {\"a\":1}"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
    assert_eq!(parse("{}", &Limits::default()).unwrap().format, Format::Json);
}
