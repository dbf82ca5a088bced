use super::{
    Pattern,
    parse::{Node, Tree},
};
use serde_json::Value;
use std::collections::HashMap;

fn data(file: &str) -> String {
    let path = format!("{}/../schema/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn lines(file: &str) -> Vec<Value> {
    data(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every pattern of the schemas, as it is used: after the patches.
fn schema_patterns() -> Vec<String> {
    let patches: Vec<Value> = serde_json::from_str(&data("patches/patterns.json")).unwrap();
    let mut patches: HashMap<&str, &str> =
        patches.iter().map(|patch| (patch["pattern"].as_str().unwrap(), patch["replace"].as_str().unwrap())).collect();
    let patterns = lines("testdata/patterns.txt");
    let used = patterns.iter().map(|pattern| {
        let pattern = pattern.as_str().unwrap();
        patches.remove(pattern).unwrap_or(pattern).to_owned()
    });
    let used = used.collect();
    assert!(patches.is_empty(), "no pattern needs these patches: {patches:?}");
    used
}

fn check(pattern: &str, text: &str, expected: bool) {
    let compiled = Pattern::new(pattern).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(compiled.is_match(text), expected, "{pattern:?} on {text:?}");
}

#[test]
fn matches_as_python_does() {
    for (pattern, matching, other) in [
        ("", &["", "a"][..], &[][..]),
        ("b", &["abc"], &["", "B", "ac"]),
        ("^b|c$", &["bx", "xc", "xc\n"], &["xb", "cx", "c\n\n"]),
        (r"\Ab\Z", &["b"], &["b\n", "ab"]),
        ("^$", &["", "\n"], &["a", "\n\n"]),
        ("^.$", &["a", "é", "\u{1f600}", "a\n", "\r"], &["\n", "ab"]),
        ("(?s)^.$", &["\n", "a"], &["ab"]),
        ("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]),
        ("^a{2}$", &["aa"], &["a", "aaa"]),
        ("^a{,2}$", &["", "aa"], &["aaa"]),
        ("^a{2,}$", &["aa", "aaaaa"], &["a"]),
        ("^(ab){2,3}$", &["abab", "ababab"], &["ab", "abababab"]),
        ("^(ab){2,}$", &["abab", "ababababab"], &["ab", "ababa"]),
        ("^(a|bc)*d$", &["d", "abcad"], &["bd", "abc"]),
        ("^(a*)*$", &["", "aaa"], &["b"]),
        ("^(a+b*)+$", &["a", "aabba"], &["b", ""]),
        ("^(x(ab)*c?)+$", &["x", "xababcxab"], &["xaab", "abx"]),
        // The same positions, met in different rounds.
        (r"^(((\w{0,70}){1,3}){2}){1,3}$", &["", "c", "cccc"], &["-"]),
        ("^(((||.){3,5}){3,5})*$", &["abc", "aaaaaaa"], &["\n\n"]),
        ("^((a+){1,70})$", &["a", "aa"], &["b"]),
        ("^((ab){1,2}c){2}$", &["abcababc"], &["abc", "abcabababc"]),
        ("^a+?b??$", &["a", "aab"], &["b"]),
        ("^x{a}{}b{,}$", &["x{a}{}", "x{a}{}bb"], &["xa"]),
        (r"^\d\D\s\S\w\W$", &["1a a_-", "\u{0661}a\u{3000}aé-"], &["aa a_-", "1a a--"]),
        (r"^[\d.-]+$", &["1.-"], &["a"]),
        (r"^[]a^-]+$", &["]a^-"], &["b"]),
        (r"^[^]a]$", &["b"], &["]", "a"]),
        (r"^[\w-.]+$", &["a-."], &["a+"]),
        (r"^[a-\d]+$", &["a-1"], &["b"]),
        (r"^[[:alpha:]_]+$", &["aé_"], &["1", "["]),
        (r"^\p{L}\p{Lu}\P{L}\pN$", &["aÉ-1", "中A!\u{00bd}"], &["ab-1", "\u{0301}A-1"]),
        (r"^[\p{L}\p{Z}]+$", &["a b\u{00a0}é"], &["a\tb"]),
        (r"^[^\p{C}]+$", &["a é"], &["\n", "\u{200d}"]),
        (r"^\p{Print}+$", &["a é"], &["\t"]),
        (r"^\p{Graph}+$", &["aé"], &[" "]),
        (r"^\p{ASCII}+$", &["a\0\x7f"], &["é"]),
        (r"^[\x21-\x7E\u00e9\U0001F600]+$", &["a~é\u{1f600}"], &[" ", "è"]),
        (r"\bfoo\b", &["a foo", "foo", "foo-bar"], &["foobar", "éfoo"]),
        (r"\Boo", &["foo"], &["oo"]),
        ("^(?=.{2,3}$)[ab]+$", &["ab", "aba"], &["a", "abab", "ac"]),
        ("^(?!aws)[a-z]+$", &["aw", "xaws"], &["aws", "awsome"]),
        ("^[a-z-]+(?<!-)$", &["a-b"], &["a-", "-"]),
        ("(?<=ab*)c", &["ac", "xabbc"], &["c", "bc"]),
        ("^((?!--)[a-z-])+$", &["a-b-"], &["a--b"]),
        ("(?i)^aWs[^b]É$", &["AwSxé", "awscÉ"], &["awsBé"]),
        ("^a(?i:b)c$", &["abc", "aBc"], &["Abc", "abC"]),
        ("^(?P<name>a)(?<other>b)(?:c)(?#note)$", &["abc"], &["ab"]),
    ] {
        matching.iter().for_each(|text| check(pattern, text, true));
        other.iter().for_each(|text| check(pattern, text, false));
    }
}

/// Runs and borders around the 64 positions of a word.
#[test]
fn long_texts() {
    for length in [1, 62, 63, 64, 65, 127, 128, 129, 1000] {
        let run = "a".repeat(length);
        check("^a+$", &run, true);
        check(&format!("^a{{{length}}}$"), &run, true);
        check(&format!("^a{{1,{length}}}$"), &format!("{run}a"), false);
        check(&format!("^(aa?){{0,{length}}}$"), &format!("{run}{run}"), true);
        check(&format!("^(aa?){{0,{length}}}$"), &format!("{run}{run}a"), false);
        check("^(?:a|b)*c", &format!("{run}bc"), true);
        check("^(?:a|b)*c", &format!("{run}dc"), false);
        check("^(?<=x)?[a-z]+(?<=^a+b)$", &format!("{run}b"), true);
        check(".é$", &format!("{run}é"), true);
    }
    check("^(ab){2,5000}$", &"ab".repeat(5000), true);
    check("^(ab){2,5000}$", &"ab".repeat(5001), false);
    check("^.{1,65535}$", &"é".repeat(10_000), true);
}

#[test]
fn refuses_what_it_cannot_do() {
    let deep = "(".repeat(5000);
    for (pattern, rule) in [
        ("(", "a group must be closed"),
        (")", "a `)` must close a group"),
        ("a)b", "a `)` must close a group"),
        ("[a", "a class must be closed"),
        ("[b-a]", "a range must not end below its start"),
        ("a{3,2}", "a repetition must not end below its start"),
        ("a{99999999999999999999999}", "a repetition must be countable"),
        ("*a", "a quantifier must follow something that it can repeat"),
        ("a**", "a quantifier must follow something that it can repeat"),
        ("a++", "possessive repetition is not supported"),
        ("(?>a)", "this kind of group is not supported"),
        (r"(a)\1", "a reference to a group is not supported"),
        (r"\p{Greek}", "a property must be a general category or a POSIX class"),
        (r"\y", "this escape is not supported"),
        (r"\x1", "a code point must be hexadecimal"),
        ("a\\", "something must follow a backslash"),
        (&deep, "groups must be at most 100 deep"),
    ] {
        assert_eq!(Pattern::new(pattern).map_err(|error| error.rule).err(), Some(rule), "{pattern:?}");
    }
    assert_eq!(
        Pattern::new("a[b").unwrap_err().to_string(),
        "pattern: a class must be closed at character 3, got `a[b`"
    );
}

#[test]
fn every_schema_pattern_compiles() {
    let patterns = schema_patterns();
    assert!(patterns.len() > 3000);
    let errors: Vec<_> = patterns.iter().filter_map(|pattern| Pattern::new(pattern).err()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Rows of pattern, text and what Python's `regex.search` said.
#[test]
fn agrees_with_python() {
    for row in lines("testdata/pattern_matches.txt") {
        check(row[0].as_str().unwrap(), row[1].as_str().unwrap(), row[2].as_bool().unwrap());
    }
}

#[test]
fn patched_patterns_do_what_they_were_meant_to() {
    let patterns = schema_patterns();
    let patched = |part: &str| {
        let found = patterns.iter().find(|pattern| pattern.contains(part));
        found.unwrap_or_else(|| panic!("no pattern has {part:?}"))
    };
    let iso8601 = patched("(?:[tT](?:");
    for (text, expected) in [
        ("2024-05-06T12:30:45Z", true),
        ("2024W057T123045+0100", true),
        ("2024-W05-7", true),
        ("20240506", false),
        ("2024-05-06T12:3045", false),
        ("2024-13-01", false),
    ] {
        check(iso8601, text, expected);
    }
    let print = patched(r"(?![|:/])\p{Print}");
    check(print, "a name", true);
    check(print, "a|b", false);
    let astral = patterns.iter().filter(|pattern| pattern.contains(r"\U00010000-\U0010FFFF"));
    assert!(astral.inspect(|pattern| check(pattern, "\u{1f600}", true)).count() > 5);
}

/// Texts that make a backtracking engine slow: what each repetition accepts, over and over, and then a character
/// that it may refuse; with and without a beginning that the pattern accepts.
fn hostile_texts(tree: &Tree, length: usize) -> Vec<String> {
    let root = &tree.root;
    let whole = sample(tree, root, 1);
    let mut units = vec![whole.clone(), "a".into(), "é".into()];
    repeated(tree, root, &mut units);
    units.retain(|unit| !unit.is_empty());
    units.sort();
    units.dedup();
    let half: String = whole.chars().take(whole.chars().count() / 2).collect();
    let fill = |start: &str, unit: &str, end: &str| {
        format!("{start}{}{end}", unit.repeat((length / unit.len()).saturating_sub(1)))
    };
    units.iter().flat_map(|unit| [fill("", unit, "\u{1}"), fill(&half, unit, ""), fill(&half, unit, "!")]).collect()
}

/// Samples of what each repetition inside `node` repeats.
fn repeated(tree: &Tree, node: &Node, units: &mut Vec<String>) {
    match node {
        Node::Concat(nodes) | Node::Alternate(nodes) => nodes.iter().for_each(|node| repeated(tree, node, units)),
        Node::Look(look) => repeated(tree, &look.body, units),
        Node::Repeat(repeat) => {
            units.extend((0..3).map(|salt| sample(tree, &repeat.body, salt)));
            repeated(tree, &repeat.body, units);
        }
        Node::Empty | Node::Class(_) | Node::Assert(_) => {}
    }
}

/// A text that `node` accepts, look-around aside.
fn sample(tree: &Tree, node: &Node, salt: usize) -> String {
    match node {
        Node::Class(class) => {
            let accepted = ('!'..='~').filter(|c| Pattern::accepts(tree, *class, *c)).collect::<Vec<_>>();
            accepted.get(salt * 7 % accepted.len().max(1)).copied().unwrap_or(' ').into()
        }
        Node::Concat(nodes) => nodes.iter().map(|node| sample(tree, node, salt)).collect(),
        Node::Alternate(branches) => sample(tree, &branches[salt % branches.len()], salt),
        Node::Repeat(repeat) => sample(tree, &repeat.body, salt).repeat(repeat.min.clamp(1, 200)),
        Node::Empty | Node::Assert(_) | Node::Look(_) => String::new(),
    }
}

/// A bound on work, not on time: two million words of work take a few milliseconds in a release build.
fn check_steps(patterns: &[String], length: usize, texts: usize, bound: u64) -> u64 {
    let mut most = 0;
    for pattern in patterns {
        let compiled = Pattern::new(pattern).unwrap();
        for text in hostile_texts(&compiled.tree, length).iter().take(texts) {
            let steps = compiled.steps(text);
            assert!(steps <= bound, "{steps} steps: {pattern:?} on {:?}", text.chars().take(60).collect::<String>());
            most = most.max(steps);
        }
    }
    most
}

#[test]
fn hostile_texts_cost_little() {
    check_steps(&schema_patterns(), 1000, 4, 150_000);
    // Where a repetition inside another meets the same positions again and again.
    for (pattern, unit) in [
        ("^(a+)+$", "a"),
        ("^(a|a)*$", "a"),
        ("(x+x+)+y", "x"),
        ("(.*)(.*)(.*)x", "a"),
        ("^(?:x[ab]*[ab]|[ab])*$", "ab"),
        ("^(?:x(?:ab)*[ab]|[ab])*$", "ab"),
        ("^(?:x(?:ab)+[ab]|[ab])*$", "ab"),
        ("^(?:[ab]{1,500}x|[ab])*$", "ab"),
        ("^(?:(?:ab?){1,300}x|[ab])*$", "ab"),
    ] {
        let steps = Pattern::new(pattern).unwrap().steps(&unit.repeat(10_000 / unit.len()));
        assert!(steps <= 300_000, "{steps} steps: {pattern:?}");
    }
}

/// The same for long texts and all of them: `cargo test --release -p cfn-model hostile -- --ignored --nocapture`.
#[test]
#[ignore = "takes a minute without optimisation"]
fn all_hostile_texts_cost_little() {
    let started = std::time::Instant::now();
    let most = check_steps(&schema_patterns(), 10_000, usize::MAX, 2_000_000);
    eprintln!("at most {most} steps; {:?} in all", started.elapsed());
}
