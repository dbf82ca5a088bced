use cfn_model::{
    Function, Path,
    text::{ErrorKind, Limits, locate, to_json_compact, yaml},
};

use crate::check;

#[test]
fn short_forms() {
    check(
        yaml::read,
        &[
            ("!Ref X", r#"{"Ref":"X"}"#),
            ("!Condition X", r#"{"Condition":"X"}"#),
            ("!GetAtt A.B", r#"{"Fn::GetAtt":["A","B"]}"#),
            ("!GetAtt A.Outputs.B", r#"{"Fn::GetAtt":["A","Outputs.B"]}"#),
            ("!GetAtt A", r#"{"Fn::GetAtt":["A"]}"#),
            ("!GetAtt [A, B.C]", r#"{"Fn::GetAtt":["A","B.C"]}"#),
            ("!GetAtt\n- A\n- !Ref B", r#"{"Fn::GetAtt":["A",{"Ref":"B"}]}"#),
            ("!Sub ${A}-b", r#"{"Fn::Sub":"${A}-b"}"#),
            ("!Sub\n- ${A}\n- A: 1", r#"{"Fn::Sub":["${A}",{"A":1}]}"#),
            ("!Sub |\n  a\n  b\n", r#"{"Fn::Sub":"a\nb\n"}"#),
            (
                "!If [C, !Ref A, !If [D, 1, !Ref AWS::NoValue]]",
                r#"{"Fn::If":["C",{"Ref":"A"},{"Fn::If":["D",1,{"Ref":"AWS::NoValue"}]}]}"#,
            ),
            ("!Base64\n  Fn::Sub: x", r#"{"Fn::Base64":{"Fn::Sub":"x"}}"#),
            ("Fn::Base64: !Sub x", r#"{"Fn::Base64":{"Fn::Sub":"x"}}"#),
            ("!FindInMap [M, !Ref R, k]", r#"{"Fn::FindInMap":["M",{"Ref":"R"},"k"]}"#),
            (
                "!Transform {Name: AWS::Include, Parameters: {Location: s3://b/k}}",
                r#"{"Fn::Transform":{"Name":"AWS::Include","Parameters":{"Location":"s3://b/k"}}}"#,
            ),
            (
                "!Transform\n  Name: M\n  Parameters:\n    A: !Ref B\n",
                r#"{"Fn::Transform":{"Name":"M","Parameters":{"A":{"Ref":"B"}}}}"#,
            ),
            ("!Select [0, !GetAZs '']", r#"{"Fn::Select":[0,{"Fn::GetAZs":""}]}"#),
            ("[!GetAZs , !GetAZs]", r#"[{"Fn::GetAZs":""},{"Fn::GetAZs":""}]"#),
            (
                "!Select\n- '1'\n- !Split [',', !ImportValue x]\n",
                r#"{"Fn::Select":["1",{"Fn::Split":[",",{"Fn::ImportValue":"x"}]}]}"#,
            ),
            ("!Cidr [!GetAtt V.CidrBlock, 6, 5]", r#"{"Fn::Cidr":[{"Fn::GetAtt":["V","CidrBlock"]},6,5]}"#),
            ("[!Ref 123, !Sub yes, !ImportValue ~]", r#"[{"Ref":"123"},{"Fn::Sub":"yes"},{"Fn::ImportValue":"~"}]"#),
            (
                "Conditions:\n  A: !And\n  - !Condition B\n  - !Not [!Equals [a, b]]\n",
                r#"{"Conditions":{"A":{"Fn::And":[{"Condition":"B"},{"Fn::Not":[{"Fn::Equals":["a","b"]}]}]}}}"#,
            ),
        ],
    );
}

#[test]
fn every_function_has_a_short_form() {
    for function in Function::ALL {
        let node = yaml::read(&format!("!{} [x]", function.tag()), &Limits::default()).unwrap();
        assert_eq!(to_json_compact(&node), format!(r#"{{"{}":["x"]}}"#, function.name()));
    }
}

#[test]
fn any_tag_is_taken_for_a_short_form() {
    let read = |text: &str| to_json_compact(&yaml::read(text, &Limits::default()).unwrap());
    assert_eq!(read("a: !GetAttr A.B"), r#"{"a":{"Fn::GetAttr":"A.B"}}"#);
    assert_eq!(read("a: !Foo [1]"), r#"{"a":{"Fn::Foo":[1]}}"#);
    assert_eq!(read("a: !Include {b: c}"), r#"{"a":{"Fn::Include":{"b":"c"}}}"#);
    check(yaml::read, &[("%TAG !x! tag:x,2000:\n---\na: !x!y z", "line 3, column 4: unknown tag `tag:x,2000:y`")]);
}

#[test]
fn quoted_texts_need_not_be_indented() {
    let text = "a:\n  b: \"one\n  two\n\nthree \\\"\nfour\"\n  c: 'it''s\nhere'\n  d: !Sub x\n";
    let node = yaml::read(text, &Limits::default()).unwrap();
    assert_eq!(to_json_compact(&node), r#"{"a":{"b":"one two\nthree \" four","c":"it's here","d":{"Fn::Sub":"x"}}}"#);
    // Places are those of the text as it is.
    let paths = [Path(vec!["a".into(), "d".into()])];
    let place = locate(text, &paths)[0].unwrap();
    assert_eq!(place.key.unwrap().start.to_string(), "line 9, column 3");
    check(
        yaml::read,
        &[("a:\n  b: \"x\ny\"\n  b: 1", "line 4, column 3: duplicate key `b`, first at line 2, column 3")],
    );
    check(yaml::read, &[("a:\n  b: \"x\ny\n", "line 2, column 6: not valid YAML: unclosed quote")]);
}

#[test]
fn lines_in_brackets_and_braces_stand_anywhere() {
    check(
        yaml::read,
        &[
            (
                "a:\n  b:\n    - c: [\n    1,\n  2\n]\n      d: {\nx: 1,\n}\n",
                r#"{"a":{"b":[{"c":[1,2],"d":{"x":1}}]}}"#,
            ),
            (
                "a:\n  b: !Join [ '',\n[ x, \"y\nz\" ]\n# why\n]\nc: 1\n",
                r#"{"a":{"b":{"Fn::Join":["",["x","y z"]]}},"c":1}"#,
            ),
            ("a:\n- b: [\n  ]\n- {\n}\n", r#"{"a":[{"b":[]},{}]}"#),
            ("a:\n  b: [\nc: 1\n", "line 2, column 6: not valid YAML: unclosed bracket '['"),
        ],
    );
    let text = "a:\n  b: [\n  !Ref c,\n]\n  d: 1\n";
    let paths = [
        Path(vec!["a".into(), "b".into()]),
        Path(vec!["a".into(), "b".into(), 0.into()]),
        Path(vec!["a".into(), "d".into()]),
    ];
    let starts: Vec<String> = locate(text, &paths).iter().map(|place| place.unwrap().value.start.to_string()).collect();
    assert_eq!(starts, ["line 2, column 6", "line 3, column 3", "line 5, column 6"]);
}

#[test]
fn keys() {
    check(
        yaml::read,
        &[
            (
                "8080: a\n0755: b\nyes: c\n1.50: d\n2010-09-09: e\n",
                r#"{"8080":"a","0755":"b","yes":"c","1.50":"d","2010-09-09":"e"}"#,
            ),
            ("\"a b\": 1\n'c': 2\n? d\n: 3\n? e", r#"{"a b":1,"c":2,"d":3,"e":null}"#),
            ("'': 1", r#"{"":1}"#),
            ("AWS::X: Fn::Y", r#"{"AWS::X":"Fn::Y"}"#),
            ("[a: 1]", r#"[{"a":1}]"#),
            ("[a]: 1", "line 1, column 1: a key must be a text, got a list"),
            ("? {a: b}\n: 1", "line 1, column 3: a key must be a text, got an object"),
            ("!Ref a: 1", "line 1, column 1: a key must be a text, got a short form"),
            ("a: {~: 1}", "line 1, column 5: a key must be a text, got nothing"),
            ("a: {: 1}", "line 1, column 5: a key must be a text, got nothing"),
            (
                "a: 1\nb:\n  c: 1\n  é: {}\n  d: 2\n  \"é\": 3",
                "line 6, column 3: duplicate key `é`, first at line 4, column 3",
            ),
            ("1: a\n'1': b", "line 2, column 1: duplicate key `1`, first at line 1, column 1"),
        ],
    );
}

#[test]
fn anchors_and_merges() {
    check(
        yaml::read,
        &[
            ("a: &x [1, !Ref b]\nc: *x", r#"{"a":[1,{"Ref":"b"}],"c":[1,{"Ref":"b"}]}"#),
            ("&k a: 1\nb: *k\n*k : 2", "line 3, column 1: duplicate key `a`, first at line 1, column 4"),
            ("c: &k a\n*k : 2", r#"{"c":"a","a":2}"#),
            ("a: &x {b: &y 1, c: *y}\nd: [*y, *x]", r#"{"a":{"b":1,"c":1},"d":[1,{"b":1,"c":1}]}"#),
            ("a: &x 1\nb: &x 2\nc: *x", r#"{"a":1,"b":2,"c":2}"#),
            ("a: &x !GetAtt B.C\nd: *x", r#"{"a":{"Fn::GetAtt":["B","C"]},"d":{"Fn::GetAtt":["B","C"]}}"#),
            ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", r#"{"a":{"b":1,"c":2},"d":{"b":1,"c":3}}"#),
            ("a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x", r#"{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}"#),
            (
                "a: &x {c: 1}\nb: &y {c: 2, d: 2}\ne: {<<: [*x, *y]}",
                r#"{"a":{"c":1},"b":{"c":2,"d":2},"e":{"c":1,"d":2}}"#,
            ),
            ("a: &x {c: 1}\nb: &y {<<: *x, c: 2}\ne: {<<: *y}", r#"{"a":{"c":1},"b":{"c":2},"e":{"c":2}}"#),
            ("e: {<<: {a: 1}, <<: {a: 2}}", r#"{"e":{"a":2}}"#),
            ("e: {\"<<\": 1}", r#"{"e":{"<<":1}}"#),
            ("e: {<<: {a: 1}, a: 1, a: 2}", "line 1, column 23: duplicate key `a`, first at line 1, column 17"),
            ("e: {<<: 1}", "line 1, column 9: `<<` takes an object or a list of objects, got integer"),
            ("e: {<<: [{}, x]}", "line 1, column 9: `<<` takes an object or a list of objects, got string"),
            ("a: &x [*x]", "line 1, column 8: an alias must not stand inside the value that it repeats"),
            ("a: &x {b: {<<: *x}}", "line 1, column 16: an alias must not stand inside the value that it repeats"),
            ("a: *x", "line 1, column 4: not valid YAML: while parsing node, found unknown anchor"),
        ],
    );
}

#[test]
fn documents() {
    check(
        yaml::read,
        &[
            ("", "the template is empty"),
            ("\u{feff}# nothing\n\n", "the template is empty"),
            ("---\n...\n", "the template is empty"),
            ("a: !Sub\nb: !!str\nc:\n", r#"{"a":{"Fn::Sub":""},"b":"","c":null}"#),
            ("--- # a\na: 1\n...\n# end\n", r#"{"a":1}"#),
            ("%YAML 1.1\n---\na: 1\n", r#"{"a":1}"#),
            ("\u{feff}a: 1\r\nb:\r\n  - é\r\n", r#"{"a":1,"b":["é"]}"#),
            ("a: 1\n---\nb: 1\n", "line 2, column 1: a template is one document, found a second"),
            ("a: 1\n b: 2\n", "line 2, column 3: not valid YAML: mapping values are not allowed in this context"),
            ("\u{feff}é: [1\nb: 2\n", "line 2, column 2: not valid YAML: illegal placement of ':' indicator"),
            ("a: 'x", "line 1, column 4: not valid YAML: unclosed quote"),
        ],
    );
}

#[test]
fn block_scalars_at_the_end() {
    check(
        yaml::read,
        &[
            ("a: |\n  b", r#"{"a":"b"}"#),
            ("é: !Sub |\n  é\n  c", r#"{"é":{"Fn::Sub":"é\nc"}}"#),
            ("a: >\n  b\n  c", r#"{"a":"b c"}"#),
            ("a: |-\n  b", r#"{"a":"b"}"#),
            ("a: |+\n  b", r#"{"a":"b"}"#),
            ("a: |\n  b\n", r#"{"a":"b\n"}"#),
            ("a: |\n  b\n  ", r#"{"a":"b\n"}"#),
            ("a: |\n  b\n# c", r#"{"a":"b\n"}"#),
            ("a: |\n  b\nc: d", r#"{"a":"b\n","c":"d"}"#),
        ],
    );
}

#[test]
fn limits() {
    let read = |text: &str, limits: &Limits| yaml::read(text, limits).map_err(|error| error.to_string());
    let small = Limits { bytes: 60, depth: 3, nodes: 9 };
    assert!(read("- - - 1", &small).is_ok());
    assert_eq!(
        read("- - - - 1", &small).unwrap_err(),
        "line 1, column 7: values must not be nested deeper than 3 levels"
    );
    assert_eq!(
        read("- - !If [!Sub x]", &small).unwrap_err(),
        "line 1, column 5: values must not be nested deeper than 3 levels"
    );
    assert_eq!(
        read("- &a [1, 2]\n- *a\n- *a\n", &small).unwrap_err(),
        "line 3, column 3: the text must hold at most 9 values, counting those that aliases repeat"
    );
    assert_eq!(read(&" ".repeat(61), &small).unwrap_err(), "the text must have at most 60 bytes, got 61");
}

#[test]
fn aliases_do_not_multiply_without_bound() {
    let refusal = "the text must hold at most 100000 values, counting those that aliases repeat";
    let limits = Limits { nodes: 100_000, ..Limits::default() };
    // Each line repeats the one before ten times: lists, merges, merges of nothing.
    for (first, begin, alias, end) in
        [("[1]", "[", "*", "]"), ("{b: 1}", "{<<: [", "*", "]}"), ("{}", "{<<: [", "*", "]}")]
    {
        let mut text = format!("a0: &a0 {first}\n");
        for level in 1..30 {
            let aliases = vec![format!("{alias}a{}", level - 1); 10].join(", ");
            text += &format!("a{level}: &a{level} {begin}{aliases}{end}\n");
        }
        let error = yaml::read(&text, &limits).unwrap_err().to_string();
        assert!(error.ends_with(refusal), "{first}: {error}");
    }
}

#[test]
fn the_deepest_setting_fits_on_the_stack() {
    let limits = Limits { depth: usize::MAX, ..Limits::default() };
    // A short form is two levels: the object, and the list in it. The parser counts brackets up to 255.
    for (begin, end, levels, most) in
        [("[", "]", 1, 255), ("{a: ", "}", 1, 255), ("!If [", "]", 2, 255), ("- ", "", 1, Limits::MAX_DEPTH)]
    {
        let text = |times: usize| begin.repeat(times) + "x" + &end.repeat(times);
        let times = most.min(Limits::MAX_DEPTH / levels);
        assert!(yaml::read(&text(times), &limits).is_ok(), "{begin}");
        let error = yaml::read(&text(100_000), &limits).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::TooDeep { .. }), "{begin}: {error}");
    }
}

#[test]
fn brackets_beyond_the_parsers_count() {
    check(
        yaml::read,
        &[(
            &format!("a: {}", "[".repeat(1000)),
            "line 1, column 261: values must not be nested deeper than 128 levels",
        )],
    );
}
