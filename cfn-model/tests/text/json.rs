use std::fmt::Write as _;

use cfn_model::{
    Node, Number,
    text::{ErrorKind, Limits, json, to_json, to_json_compact},
};

use crate::check;

#[test]
fn values() {
    check(
        json::read,
        &[
            ("null", "null"),
            ("\u{feff} true ", "true"),
            ("[false, 1, -2, \"\"]", r#"[false,1,-2,""]"#),
            ("{}", "{}"),
            ("{ }", "{}"),
            ("[ ]", "[]"),
            ("\t{\r\n\"b\" : 1 ,\"a\":[ {} ] }\n", r#"{"b":1,"a":[{}]}"#),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("-0", "0"),
            ("[0.10, 1e3, -1.5E+10, 0e0, 123456789012345678901.0]", "[0.10,1e3,-1.5E+10,0e0,123456789012345678901.0]"),
            (r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#, r#""\"\\/\b\f\n\r\té😀é😀""#),
            ("\"\u{7f}\u{2028}\"", "\"\u{7f}\u{2028}\""),
        ],
    );
}

#[test]
fn errors() {
    check(
        json::read,
        &[
            ("", "the template is empty"),
            ("\u{feff} \n", "the template is empty"),
            ("{\"A\": 1\n \"B\": 2}", "line 2, column 2: expected `,` or `}` after a value, found `\"`"),
            ("{\r\n\"é\": 1,\r\n \"b\" 2}", "line 3, column 6: expected `:` after a key, found `2`"),
            ("\u{feff}x", "line 1, column 1: expected a value, found `x`"),
            ("[True]", "line 1, column 2: expected a value or `]`, found `True`"),
            ("[nulls]", "line 1, column 2: expected a value or `]`, found `nulls`"),
            ("truefalse", "line 1, column 1: expected a value, found `truefalse`"),
            ("[1,]", "line 1, column 4: expected a value after `,`, found `]`"),
            ("[1 2]", "line 1, column 4: expected `,` or `]` after a value, found `2`"),
            ("[1", "line 1, column 3: expected `,` or `]` after a value, found the end of the text"),
            ("{", "line 1, column 2: expected a key in `\"` or `}`, found the end of the text"),
            ("{1: 2}", "line 1, column 2: expected a key in `\"` or `}`, found `1`"),
            ("{\"a\": }", "line 1, column 7: expected a value after `:`, found `}`"),
            ("{\"a\": 1,}", "line 1, column 9: expected a key in `\"` after `,`, found `}`"),
            ("{} // x", "line 1, column 4: expected the end of the text, found `/`"),
            ("[\u{a0}]", "line 1, column 2: expected a value or `]`, found U+00A0"),
            ("abcdefghijklmnopqrstuvwxyz", "line 1, column 1: expected a value, found `abcdefghijklmnopqrst`"),
            (
                "\"a\nb\"",
                "line 1, column 3: expected an escape such as `\\n` or a closing `\"`, found the end of the line",
            ),
            ("\"a\tb\"", "line 1, column 3: expected an escape such as `\\n` or a closing `\"`, found U+0009"),
            ("\"ab", "line 1, column 4: expected a closing `\"`, found the end of the text"),
            ("\"a\\", "line 1, column 4: expected one of `\"\\/bfnrtu` after `\\`, found the end of the text"),
            ("\"\\x41\"", "line 1, column 3: expected one of `\"\\/bfnrtu` after `\\`, found `x41`"),
            ("\"\\u00g0\"", "line 1, column 6: expected four hexadecimal digits after `\\u`, found `g0`"),
            ("\"é\\ud800\"", "line 1, column 3: expected a pair of surrogates, high then low, found `\\ud800`"),
            ("\"\\uD83Dx\"", "line 1, column 2: expected a pair of surrogates, high then low, found `\\uD83D`"),
            ("\"\\ude00\"", "line 1, column 2: expected a pair of surrogates, high then low, found `\\ude00`"),
            ("\"\\ud83d\\u0041\"", "line 1, column 2: expected a pair of surrogates, high then low, found `\\ud83d`"),
            ("-", "line 1, column 2: expected a digit after `-`, found the end of the text"),
            ("+1", "line 1, column 1: expected a value, found `+`"),
            ("01", "line 1, column 2: expected no digit after a leading `0`, found `1`"),
            ("1.", "line 1, column 3: expected a digit after `.`, found the end of the text"),
            (".5", "line 1, column 1: expected a value, found `.`"),
            ("1e", "line 1, column 3: expected a digit in the exponent, found the end of the text"),
            ("[9223372036854775808]", "[9223372036854775808]"),
            (
                "{\"a\": {\"x\": 1},\n\"b\": {\"y\": {}, \"x\": 1,\n  \"y\": 2}}",
                "line 3, column 3: duplicate key `y`, first at line 2, column 7",
            ),
            ("{\"a\": 1, \"\\u0061\": 1}", "line 1, column 10: duplicate key `a`, first at line 1, column 2"),
        ],
    );
}

#[test]
fn limits() {
    let limits = Limits { bytes: 20, depth: 3, nodes: 4 };
    let read = |text: &str| json::read(text, &limits).map_err(|error| error.to_string());
    assert!(read("[[[1]]]").is_ok());
    assert!(read("[[], [], {}]").is_ok());
    assert_eq!(read("[[[[").unwrap_err(), "line 1, column 4: values must not be nested deeper than 3 levels");
    assert_eq!(
        read("[{\"a\":[[1]]}]").unwrap_err(),
        "line 1, column 8: values must not be nested deeper than 3 levels"
    );
    assert_eq!(
        read("[1,2,3,4]").unwrap_err(),
        "line 1, column 8: the text must hold at most 4 values, counting those that aliases repeat"
    );
    assert_eq!(read("[1,2,             3]x").unwrap_err(), "the text must have at most 20 bytes, got 21");
}

#[test]
fn the_deepest_setting_fits_on_the_stack() {
    let text = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let limits = Limits { depth: usize::MAX, ..Limits::default() };
    let node = json::read(&text(Limits::MAX_DEPTH), &limits).unwrap();
    assert_eq!(node.clone(), node);
    assert_eq!(to_json_compact(&node), text(Limits::MAX_DEPTH));
    let error = json::read(&text(1_000_000), &limits).unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooDeep { limit: Limits::MAX_DEPTH });
}

#[test]
fn writing_is_pythons_style() {
    let text = "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"é\": \"\\u0001\\n\"\n    }\n  ]\n}\n";
    assert_eq!(to_json(&json::read(text, &Limits::default()).unwrap()), text);
}

#[test]
fn control_characters_are_escaped() {
    let string: String = (0..0x20u8).map(char::from).chain(['"', '\\', '\u{7f}', '\u{2028}']).collect();
    let mut expected = String::from("\"");
    for char in string.chars() {
        match char {
            '\u{8}' => expected.push_str("\\b"),
            '\t' => expected.push_str("\\t"),
            '\n' => expected.push_str("\\n"),
            '\u{c}' => expected.push_str("\\f"),
            '\r' => expected.push_str("\\r"),
            '\0'..='\u{1f}' => write!(expected, "\\u{:04x}", char as u32).unwrap(),
            '"' | '\\' => expected.extend(['\\', char]),
            char => expected.push(char),
        }
    }
    expected.push('"');
    assert_eq!(to_json_compact(&Node::String(string)), expected);
}

#[test]
fn serde_json_gets_the_same_values() {
    let text = r#"{"a":[null,true,-1,18446744073709551615.5,0.25,"x"],"b":{}}"#;
    let node = json::read(text, &Limits::default()).unwrap();
    assert_eq!(serde_json::to_value(&node).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    let unsigned = Node::Number(Number::Decimal("18446744073709551615".into()));
    assert_eq!(serde_json::to_value(&unsigned).unwrap(), serde_json::json!(u64::MAX));
}
