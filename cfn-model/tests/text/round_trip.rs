use cfn_model::{
    IntoNode, Node, Number,
    text::{self, Limits, json, to_json, to_json_compact, to_yaml, yaml},
};
use proptest::prelude::*;

/// Texts of characters that matter to a reader, words that mean something, and anything else.
fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z0-9_:/ .${}-]{0,12}",
        3 => "[ \n\tab#:|>%&*!?'\"\\-]{0,10}",
        2 => "(line é?\n| +x\n|\tt\n|\n){0,5}[a ]?",
        1 => r"(yes|No|null|~|1_0|0x1f|1:30|1\.5|\.5|1e3|2010-09-09|<<|=|---|\.\.\.|\[\]|!Ref)[ a]?",
        1 => any::<String>(),
        1 => "[\u{0}-\u{1f}\u{7f}-\u{a0}\u{2028}\u{2029}\u{feff}\u{fffe}\u{d7ff}]{0,4}",
        1 => "k{90,130}\n?|\u{1}{90,130}",
    ]
}

fn number() -> impl Strategy<Value = Number> {
    let decimal = "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3}([eE][+-]?[0-9]{1,2})?|[eE][+-]?[0-9]{1,2})";
    prop_oneof![any::<i64>().prop_map(Number::Int), decimal.prop_map(|text| Number::Decimal(text.into()))]
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        1 => Just(Node::Null),
        1 => any::<bool>().prop_map(Node::Bool),
        2 => number().prop_map(Node::Number),
        6 => string().prop_map(Node::String),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Node::Array),
            prop::collection::vec((string(), inner), 0..5).prop_map(|pairs| Node::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Equality but for the last bit of a float, which `serde_json` may read wrong.
fn is_same(left: &serde_json::Value, right: &serde_json::Value) -> bool {
    use serde_json::Value;
    match (left, right) {
        (Value::Number(left), Value::Number(right)) if left.is_f64() || right.is_f64() => {
            let (left, right) = (left.as_f64().unwrap(), right.as_f64().unwrap());
            (left - right).abs() <= left.abs() * 1e-15
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let mut pairs = left.iter().zip(right);
            left.len() == right.len() && pairs.all(|((key, left), (name, right))| key == name && is_same(left, right))
        }
        _ => left == right,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read(node in node()) {
        let limits = Limits::default();
        prop_assert_eq!(json::read(&to_json(&node), &limits), Ok(node.clone()));
        prop_assert_eq!(json::read(&to_json_compact(&node), &limits), Ok(node.clone()));
        let yaml = to_yaml(&node);
        prop_assert_eq!(yaml::read(&yaml, &limits), Ok(node), "{}", yaml);
    }

    #[test]
    fn serde_json_reads_what_is_written(node in node()) {
        let read: serde_json::Value = serde_json::from_str(&to_json(&node)).unwrap();
        prop_assert!(is_same(&read, &serde_json::to_value(&node).unwrap()), "{read}");
    }

    #[test]
    fn json_is_accepted_as_serde_json_does(text in r#"[\[\]{}",:0-9eE.+\-\\utrfalsn \n]{0,12}|(\{"a": ?(1|-0\.5e3|"\\u00[0-9a-g]{2}"|\[\]|tru|null),?\}?)"#) {
        let ours = json::read(&text, &Limits::default());
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert!(is_same(&serde_json::to_value(&ours).unwrap(), &theirs), "{theirs}"),
            (Err(_), Err(_)) => {}
            (Ok(ours), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{:?}: {}", ours, error),
            // They let a key stand twice.
            (Err(error), Ok(_)) => prop_assert!(matches!(error.kind, text::ErrorKind::DuplicateKey { .. }), "{}", error),
        }
    }

    #[test]
    fn no_text_panics(text in r#"([\[\]{}",:&*<!?|>#%@`'\\ \n\t-]|a|!Ref|!GetAtt|<<|é|: |- |\r|\u{feff}|1:2\.|0x){0,25}"#) {
        let path = cfn_model::Path::default().join("a").join(0);
        let parsed = text::parse(&text, &Limits::default());
        let located = text::locate(&text, &[path]);
        prop_assert_eq!(parsed.is_ok(), located[0].is_some());
        if let Some(location) = located[0] {
            prop_assert!(text.get(location.whole().bytes()).is_some());
        }
        if let Ok(document) = parsed {
            prop_assert_eq!(yaml::read(&to_yaml(&document.node), &Limits::default()), Ok(document.node));
        }
    }
}

#[test]
fn yaml_is_written_in_block_style() {
    let value = serde_json::json!({
        "Description": "two\nlines\n",
        "Empty": [{}, []],
        "Nested": [[1, [2]], {"A": "yes", "B": ["${X}", "AWS::S3::Bucket"]}],
        "Ref": {"Fn::GetAtt": ["A", "Arn"]},
        "Scalars": [null, true, -1, 1.5, "", "1", "a: b", "tab\t", "last\n\nend", "keep\n\n"],
        "1": "é",
    });
    let expected = r#"Description: |
  two
  lines
Empty:
  - {}
  - []
Nested:
  - - 1
    - - 2
  - A: "yes"
    B:
      - "${X}"
      - AWS::S3::Bucket
Ref:
  Fn::GetAtt:
    - A
    - Arn
Scalars:
  - null
  - true
  - -1
  - 1.5
  - ""
  - "1"
  - "a: b"
  - "tab\t"
  - |-
    last

    end
  - |+
    keep

"1": "é"
"#;
    pretty_assertions::assert_eq!(to_yaml(&value.into_node()), expected);
}

#[test]
fn decimals_keep_their_digits_in_yaml() {
    for (decimal, written) in
        [("1e3", "!!float 1e3\n"), ("0.10", "0.10\n"), ("1.5e+3", "1.5e+3\n"), ("1.5e3", "!!float 1.5e3\n")]
    {
        assert_eq!(to_yaml(&Node::Number(Number::Decimal(decimal.into()))), written);
    }
}
