//! The syntax of patterns: what Python's `regex` module reads, without what a yes or no cannot depend on.

use super::class::{Class, Item, Property};
use std::{fmt, ops::Range};

/// A pattern as a tree.
#[derive(Debug, Default)]
pub(super) enum Node {
    /// What matches everywhere.
    #[default]
    Empty,
    /// One character of `Tree::classes`.
    Class(usize),
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Repeat(Repeat),
    Assert(Assertion),
    Look(Look),
}

/// `body{min,max}`. Greedy and lazy are the same where only a yes or no is asked for.
#[derive(Debug)]
pub(super) struct Repeat {
    pub(super) body: Box<Node>,
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    /// The numbers of the repetitions inside, and after them its own.
    pub(super) inside: Range<usize>,
}

/// `(?=body)` and its three variants.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) body: Box<Node>,
    pub(super) behind: bool,
    pub(super) negated: bool,
    pub(super) number: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Assertion {
    Start,
    /// `$`: at the end, or before a newline that ends the text.
    LastLine,
    End,
    WordBoundary,
    NotWordBoundary,
}

/// What a pattern compiles to.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) root: Node,
    pub(super) classes: Vec<Class>,
    /// The class of word characters, if a word boundary asks for it.
    pub(super) word: Option<usize>,
    pub(super) repeats: usize,
    pub(super) looks: usize,
}

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The rule that it breaks.
    pub rule: &'static str,
    /// The pattern.
    pub pattern: Box<str>,
    /// How many of its characters were read.
    pub at: usize,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pattern: {} at character {}, got `{}`", self.rule, self.at, self.pattern)
    }
}

impl std::error::Error for PatternError {}

type Rule<T> = Result<T, &'static str>;

/// Deeper groups are refused: reading and matching recurse.
const MAX_DEPTH: usize = 100;

pub(super) fn parse(pattern: &str) -> Result<Tree, PatternError> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut flags = Flags::default();
    loop {
        let mut parser = Parser { chars: &chars, at: 0, depth: 0, flags, whole: flags, tree: Tree::default() };
        let read = parser.alternatives().and_then(|root| match parser.peek() {
            None => Ok(root),
            Some(_) => Err("a `)` must close a group"),
        });
        match read {
            // A flag inside is for the whole pattern, also for what was read before it.
            _ if parser.whole != flags => flags = parser.whole,
            Ok(root) => return Ok(Tree { root, ..parser.tree }),
            Err(rule) => return Err(PatternError { rule, pattern: pattern.into(), at: parser.at }),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flags {
    ignore_case: bool,
    dot_all: bool,
}

struct Parser<'p> {
    chars: &'p [char],
    at: usize,
    depth: usize,
    flags: Flags,
    /// The flags that are set for the whole pattern.
    whole: Flags,
    tree: Tree,
}

/// What an escape means.
enum Escape {
    Char(u32),
    Item(Item),
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = text.chars().eq(self.chars[self.at..].iter().copied().take(text.len()));
        if found {
            self.at += text.len();
        }
        found
    }

    fn alternatives(&mut self) -> Rule<Node> {
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Alternate(branches) })
    }

    fn sequence(&mut self) -> Rule<Node> {
        let mut nodes = Vec::new();
        while self.peek().is_some_and(|c| c != '|' && c != ')') {
            let first = self.tree.repeats;
            if let Some(atom) = self.atom()? {
                nodes.push(self.repeated(atom, first)?);
            }
        }
        Ok(match nodes.len() {
            0 => Node::Empty,
            1 => nodes.remove(0),
            _ => Node::Concat(nodes),
        })
    }

    /// `atom`, with the quantifier that follows it.
    fn repeated(&mut self, atom: Node, first: usize) -> Rule<Node> {
        let Some((min, max)) = self.quantifier()? else { return Ok(atom) };
        if max.is_some_and(|max| max < min) {
            return Err("a repetition must not end below its start");
        }
        if !self.eat("?") {
            if self.eat("+") {
                return Err("possessive repetition is not supported");
            }
            if self.quantifier()?.is_some() {
                return Err("a quantifier must follow something that it can repeat");
            }
        }
        let inside = first..self.tree.repeats;
        self.tree.repeats += 1;
        Ok(Node::Repeat(Repeat { body: Box::new(atom), min, max, inside }))
    }

    fn quantifier(&mut self) -> Rule<Option<(usize, Option<usize>)>> {
        let start = self.at;
        let bounds = match self.take() {
            Some('*') => Some((0, None)),
            Some('+') => Some((1, None)),
            Some('?') => Some((0, Some(1))),
            Some('{') => self.bounds()?,
            _ => None,
        };
        if bounds.is_none() {
            self.at = start;
        }
        Ok(bounds)
    }

    /// The rest of `{min,max}`; a brace that starts something else is a literal.
    fn bounds(&mut self) -> Rule<Option<(usize, Option<usize>)>> {
        let min = self.number()?;
        let comma = self.eat(",");
        let max = if comma { self.number()? } else { min };
        let complete = self.eat("}") && (comma || min.is_some());
        Ok(complete.then(|| (min.unwrap_or(0), max)))
    }

    fn number(&mut self) -> Rule<Option<usize>> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            let more = value.unwrap_or(0).checked_mul(10).and_then(|value| value.checked_add(digit as usize));
            value = Some(more.ok_or("a repetition must be countable")?);
        }
        Ok(value)
    }

    /// One atom; none for what only sets a flag.
    fn atom(&mut self) -> Rule<Option<Node>> {
        Ok(Some(match self.take() {
            Some('(') => return self.group(),
            Some('[') => self.set()?,
            Some('.') if self.flags.dot_all => self.class(vec![], true),
            Some('.') => self.class(vec![Item::Range(10, 10)], true),
            Some('^') => Node::Assert(Assertion::Start),
            Some('$') => Node::Assert(Assertion::LastLine),
            Some('\\') => self.escaped()?,
            Some('*' | '+' | '?') => return Err("a quantifier must follow something that it can repeat"),
            Some(c) => self.class(vec![Item::Range(c.into(), c.into())], false),
            None => return Err("something must follow"),
        }))
    }

    fn class(&mut self, items: Vec<Item>, negated: bool) -> Node {
        let class = Class::new(items, negated, self.flags.ignore_case);
        let known = self.tree.classes.iter().position(|known| *known == class);
        Node::Class(known.unwrap_or_else(|| {
            self.tree.classes.push(class);
            self.tree.classes.len() - 1
        }))
    }

    /// The class that word boundaries look at.
    fn boundary(&mut self, assertion: Assertion) -> Node {
        if self.tree.word.is_none() {
            let Node::Class(number) = self.class(vec![Item::Property(Property::Word)], false) else {
                unreachable!("`class` makes a class")
            };
            self.tree.word = Some(number);
        }
        Node::Assert(assertion)
    }

    fn group(&mut self) -> Rule<Option<Node>> {
        let outer = self.flags;
        if self.depth == MAX_DEPTH {
            return Err("groups must be at most 100 deep");
        }
        if self.eat("?#") {
            while self.take().ok_or("a comment must be closed")? != ')' {}
            return Ok(None);
        }
        let mut look = None;
        if self.eat("?=") {
            look = Some((false, false));
        } else if self.eat("?!") {
            look = Some((false, true));
        } else if self.eat("?<=") {
            look = Some((true, false));
        } else if self.eat("?<!") {
            look = Some((true, true));
        } else if self.eat("?P<") || self.eat("?<") {
            while self.take().ok_or("the name of a group must be closed")? != '>' {}
        } else if self.eat("?") && !self.eat(":") {
            self.set_flags()?;
            if self.eat(")") {
                self.whole = Flags {
                    ignore_case: self.whole.ignore_case || self.flags.ignore_case,
                    dot_all: self.whole.dot_all || self.flags.dot_all,
                };
                return Ok(None);
            }
            if !self.eat(":") {
                return Err("this kind of group is not supported");
            }
        }
        self.depth += 1;
        let body = self.alternatives()?;
        self.depth -= 1;
        self.flags = outer;
        if !self.eat(")") {
            return Err("a group must be closed");
        }
        Ok(Some(match look {
            None => body,
            Some((behind, negated)) => {
                self.tree.looks += 1;
                Node::Look(Look { body: Box::new(body), behind, negated, number: self.tree.looks - 1 })
            }
        }))
    }

    fn set_flags(&mut self) -> Rule<()> {
        while let Some(flag) = self.peek().filter(|c| !matches!(c, ')' | ':')) {
            match flag {
                'i' => self.flags.ignore_case = true,
                's' => self.flags.dot_all = true,
                // Python's default for texts.
                'u' => {}
                _ => return Err("this kind of group is not supported"),
            }
            self.at += 1;
        }
        Ok(())
    }

    fn escaped(&mut self) -> Rule<Node> {
        let assertion = match self.peek() {
            Some('A') => Assertion::Start,
            Some('Z' | 'z') => Assertion::End,
            Some('b') => Assertion::WordBoundary,
            Some('B') => Assertion::NotWordBoundary,
            _ => {
                let item = match self.escape()? {
                    Escape::Char(code) => Item::Range(code, code),
                    Escape::Item(item) => item,
                };
                return Ok(self.class(vec![item], false));
            }
        };
        self.at += 1;
        Ok(match assertion {
            Assertion::WordBoundary | Assertion::NotWordBoundary => self.boundary(assertion),
            _ => Node::Assert(assertion),
        })
    }

    /// What follows a backslash, inside a class or outside.
    fn escape(&mut self) -> Rule<Escape> {
        let c = self.take().ok_or("something must follow a backslash")?;
        Ok(match c {
            'd' => Escape::Item(Item::Property(Property::DIGIT)),
            'D' => Escape::Item(Item::Not(Property::DIGIT)),
            's' => Escape::Item(Item::Property(Property::Space)),
            'S' => Escape::Item(Item::Not(Property::Space)),
            'w' => Escape::Item(Item::Property(Property::Word)),
            'W' => Escape::Item(Item::Not(Property::Word)),
            'p' | 'P' => Escape::Item(self.property(c == 'P')?),
            'n' => Escape::Char(10),
            'r' => Escape::Char(13),
            't' => Escape::Char(9),
            'f' => Escape::Char(12),
            'v' => Escape::Char(11),
            'a' => Escape::Char(7),
            '0' => Escape::Char(0),
            'x' => Escape::Char(self.hex(2)?),
            'u' => Escape::Char(self.hex(4)?),
            'U' => Escape::Char(self.hex(8)?),
            '1'..='9' => return Err("a reference to a group is not supported"),
            c if c.is_ascii_alphabetic() => return Err("this escape is not supported"),
            c => Escape::Char(c.into()),
        })
    }

    fn hex(&mut self, digits: usize) -> Rule<u32> {
        (0..digits).try_fold(0u32, |value, _| {
            let digit = self.take().and_then(|c| c.to_digit(16)).ok_or("a code point must be hexadecimal")?;
            value.checked_mul(16).and_then(|value| value.checked_add(digit)).ok_or("a code point must be small")
        })
    }

    fn property(&mut self, negated: bool) -> Rule<Item> {
        const RULE: &str = "a property must be a general category or a POSIX class";
        let mut name = String::new();
        if self.eat("{") {
            while let Some(c) = self.take().filter(|c| *c != '}') {
                name.push(c);
            }
        } else {
            name.extend(self.take());
        }
        let bare = name.strip_prefix('^').unwrap_or(&name);
        let negated = negated != (bare.len() < name.len());
        if bare == "ASCII" && !negated {
            return Ok(Item::Range(0, 127));
        }
        let property = Property::named(bare).ok_or(RULE)?;
        Ok(if negated { Item::Not(property) } else { Item::Property(property) })
    }

    /// The rest of `[..]`.
    fn set(&mut self) -> Rule<Node> {
        let negated = self.eat("^");
        let mut items = Vec::new();
        let start = self.at;
        loop {
            if self.at > start && self.eat("]") {
                return Ok(self.class(items, negated));
            }
            let low = match self.member()? {
                Escape::Char(low) => low,
                Escape::Item(item) => {
                    items.push(item);
                    continue;
                }
            };
            let range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            if !range {
                items.push(Item::Range(low, low));
                continue;
            }
            self.at += 1;
            match self.member()? {
                Escape::Char(high) if high < low => return Err("a range must not end below its start"),
                Escape::Char(high) => items.push(Item::Range(low, high)),
                Escape::Item(item) => items.extend([Item::Range(low, low), Item::Range(45, 45), item]),
            }
        }
    }

    fn member(&mut self) -> Rule<Escape> {
        if self.eat("[:") {
            let rest = &self.chars[self.at..];
            if let Some(length) = rest.windows(2).position(|pair| pair == [':', ']']) {
                let name: String = rest[..length].iter().collect();
                let (negated, bare) = name.strip_prefix('^').map_or((false, name.as_str()), |bare| (true, bare));
                if let Some(property) = Property::named(bare).filter(|_| bare.len() > 2) {
                    self.at += length + 2;
                    return Ok(Escape::Item(if negated { Item::Not(property) } else { Item::Property(property) }));
                }
            }
            self.at -= 2;
        }
        match self.take().ok_or("a class must be closed")? {
            '\\' if self.eat("b") => Ok(Escape::Char(8)),
            '\\' => self.escape(),
            c => Ok(Escape::Char(c.into())),
        }
    }
}
