//! The reader of YAML, with CloudFormation's short forms.
//!
//! - Plain scalars mean what YAML 1.1 says (`yes` is true, `0755` is octal), as they do to
//!   CloudFormation and cfn-lint. Dates, infinities and NaN stay texts.
//! - A short form becomes its long form: `!Sub x` is `{"Fn::Sub": "x"}`, and its scalar is a text
//!   whatever it looks like. `!GetAtt A.B` is split at its first dot.
//! - Anchors, aliases and merge keys are resolved.
//! - A key is a text: `8080:` is `"8080"`, as it was written.

mod scalar;
mod tag;

use std::{borrow::Cow, collections::HashMap, ops::Range};

use granit_parser::{ErrorKind as Trouble, Event, Options, Parser, ScalarStyle, Span, StrInput, Tag};
use indexmap::map::Entry;

use super::{ErrorKind, Limits, ReadError, error::Fault, limits::Budget, position::Unit, watch::Watch, without_bom};
use crate::{Function, Node, Object};
pub(super) use scalar::{base, resolve};
use tag::Meaning;

/// Reads a YAML text.
///
/// # Errors
///
/// [`ReadError`]: not YAML, a tag or a key that CloudFormation does not know, or more than the limits allow.
pub fn read(text: &str, limits: &Limits) -> Result<Node, ReadError> {
    read_watched(text, limits, &mut ())
}

pub(super) fn read_watched<W: Watch>(text: &str, limits: &Limits, watch: &mut W) -> Result<Node, ReadError> {
    // Spaces behind the last line break are no content, though the parser makes a line of some.
    let mut body = without_bom(text);
    let unpadded = body.trim_end_matches(' ');
    if unpadded.ends_with(['\n', '\r']) {
        body = unpadded;
    }
    let result = Budget::new(text, limits).and_then(|budget| {
        let reader = Reader {
            parser: Parser::new_from_str_with_options(body, options()),
            tape: Vec::new(),
            anchors: HashMap::new(),
            open_anchors: 0,
            budget,
            watch,
        };
        reader.document()
    });
    result.map_err(|fault| fault.resolve(text, Unit::Chars))
}

/// What PyYAML, libyaml and SnakeYAML do, and with them CloudFormation and cfn-lint. Lines inside of brackets, braces and
/// quotes may stand at any indentation: that is the parser's default.
fn options() -> Options {
    granit_parser::options! {
        block_scalar_eof_without_line_feed: true,
        // The reader has limits of its own, and better words for them.
        flow_nesting_limit: Limits::MAX_DEPTH + 1,
        block_nesting_limit: Limits::MAX_DEPTH + 1,
    }
}

struct Reader<'t, 'w, W> {
    parser: Parser<'t, StrInput<'t>>,
    /// The events of every value with an anchor, to play them again for an alias.
    tape: Vec<(Event<'t>, Marks)>,
    /// Which stretch of the tape an anchor names. An anchor whose value is still being read is absent.
    anchors: HashMap<usize, Range<usize>>,
    open_anchors: usize,
    budget: Budget,
    watch: &'w mut W,
}

/// Where events come from.
#[derive(Clone, Copy)]
enum Source {
    Text,
    /// The tape, from this place.
    Tape(usize),
}

/// Where an event stands.
#[derive(Clone, Copy, Default)]
struct Marks {
    /// The mark of its beginning: of its tag, if it has one.
    start: usize,
    end: usize,
    is_empty: bool,
}

/// A value and the marks between which it stands.
struct Read {
    node: Node,
    start: usize,
    end: usize,
}

/// An object on its way. The marks and ranks are those of its keys, in order.
#[derive(Default)]
struct Members {
    object: Object,
    keys: Vec<(usize, Rank)>,
}

/// Which of two entries with one key counts: the higher one, and of equal ones the first.
type Rank = usize;

/// An entry that stands in the object itself. Those of its first `<<` have rank 0, and so on.
const OWN: Rank = usize::MAX;

type Result<T, E = Box<Fault>> = std::result::Result<T, E>;

impl<'t, W: Watch> Reader<'t, '_, W> {
    fn document(mut self) -> Result<Node> {
        let source = &mut Source::Text;
        loop {
            match self.next(source)? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, _) => return Err(Fault::nowhere(ErrorKind::Empty)),
                (Event::Scalar(_, ScalarStyle::Plain, 0, None), marks) if marks.is_empty => {
                    return Err(Fault::nowhere(ErrorKind::Empty));
                }
                first => {
                    let read = self.value(first, source)?;
                    self.watch.value(read.start, read.end);
                    self.end()?;
                    return Ok(read.node);
                }
            }
        }
    }

    /// Sees to it that nothing follows the document.
    fn end(&mut self) -> Result<()> {
        loop {
            match self.next(&mut Source::Text)? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, marks) => return Err(Fault::at(marks.start, ErrorKind::SeveralDocuments)),
            }
        }
    }

    fn next(&mut self, source: &mut Source) -> Result<(Event<'t>, Marks)> {
        if let Source::Tape(place) = source {
            *place += 1;
            let (event, marks) = &self.tape[*place - 1];
            if let Event::Scalar(text, ..) = event {
                self.budget.repeat(marks.start, text)?;
            }
            return Ok((event.clone(), *marks));
        }
        let next = match self.parser.next_event() {
            Some(Ok((event, span))) => (event, Marks::of(&span)),
            Some(Err(error)) => {
                let kind = match error.kind() {
                    Trouble::RecursionLimitExceeded => self.budget.too_deep(),
                    _ => ErrorKind::Yaml { reason: error.info() },
                };
                return Err(Fault::at(error.marker().index(), kind));
            }
            None => (Event::StreamEnd, Marks::default()),
        };
        if self.open_anchors > 0 || anchor(&next.0) != 0 {
            self.tape.push(next.clone());
        }
        Ok(next)
    }

    /// The value whose first event is given; reads on to its last.
    fn value(&mut self, first: (Event<'t>, Marks), source: &mut Source) -> Result<Read> {
        let anchor = if matches!(source, Source::Text) { anchor(&first.0) } else { 0 };
        if anchor == 0 {
            return self.bare_value(first, source);
        }
        let begin = self.tape.len() - 1;
        self.open_anchors += 1;
        let read = self.bare_value(first, source)?;
        self.open_anchors -= 1;
        self.anchors.insert(anchor, begin..self.tape.len());
        Ok(read)
    }

    /// Every case is a function of its own: values stand in each other, and the stack is finite.
    fn bare_value(&mut self, (event, marks): (Event<'t>, Marks), source: &mut Source) -> Result<Read> {
        let start = marks.start;
        self.budget.node(start)?;
        match event {
            Event::Alias(id) => {
                if matches!(source, Source::Text) {
                    self.watch.alias();
                }
                self.alias(id, start, marks.end)
            }
            Event::Scalar(text, style, _, tag) => {
                if style == ScalarStyle::Plain && tag.is_none() && matches!(source, Source::Text) {
                    self.watch.plain(&text);
                }
                let meaning = meaning(tag.as_ref(), start)?;
                self.scalar(text, style, meaning, tag.as_deref(), start, marks.end)
            }
            Event::SequenceStart(_, _, tag) => match meaning(tag.as_ref(), start)? {
                Meaning::Short(function) => self.short_sequence(&function, tag.as_deref(), start, source),
                _ => self.sequence(start, source),
            },
            Event::MappingStart(_, _, tag) => match meaning(tag.as_ref(), start)? {
                Meaning::Short(function) => self.short_mapping(&function, tag.as_deref(), start, source),
                _ => self.mapping(start, source),
            },
            // The parser makes values of scalars, collections and aliases only.
            _ => Err(Fault::at(start, ErrorKind::Yaml { reason: "expected a value".to_owned() })),
        }
    }

    fn alias(&mut self, id: usize, start: usize, end: usize) -> Result<Read> {
        let mut replay = self.recorded(id, start)?;
        let first = self.next(&mut replay)?;
        // The value stands at its anchor, but ends what is around it here.
        let read = self.value(first, &mut replay).map_err(|fault| fault.moved(start))?;
        Ok(Read { node: read.node, start, end })
    }

    fn scalar(
        &mut self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        meaning: Meaning,
        tag: Option<&Tag>,
        start: usize,
        end: usize,
    ) -> Result<Read> {
        let node = match meaning {
            Meaning::Short(function) => {
                return self.short(&function, tag, start, |reader| reader.short_scalar(&function, text, start, end));
            }
            Meaning::Typed(name) => tag::typed(name, &text).map_err(|kind| Fault::at(start, kind))?,
            Meaning::Plain if style == ScalarStyle::Plain => match scalar::resolve(&text) {
                Ok(resolved) => resolved.unwrap_or_else(|| Node::String(text.into_owned())),
                Err(_) => return Err(Fault::at(start, ErrorKind::IntegerRange { digits: text.into_owned() })),
            },
            Meaning::Plain | Meaning::Text | Meaning::Collection => Node::String(text.into_owned()),
        };
        Ok(Read { node, start, end })
    }

    fn short_sequence(&mut self, function: &str, tag: Option<&Tag>, start: usize, source: &mut Source) -> Result<Read> {
        self.short(function, tag, start, |reader| reader.sequence(start, source))
    }

    fn short_mapping(&mut self, function: &str, tag: Option<&Tag>, start: usize, source: &mut Source) -> Result<Read> {
        self.short(function, tag, start, |reader| reader.mapping(start, source))
    }

    fn recorded(&self, id: usize, start: usize) -> Result<Source> {
        match self.anchors.get(&id) {
            Some(range) => Ok(Source::Tape(range.start)),
            None => Err(Fault::at(start, ErrorKind::RecursiveAlias)),
        }
    }

    /// An object with a function's name as its only key, around an argument.
    fn short(
        &mut self,
        function: &str,
        tag: Option<&Tag>,
        start: usize,
        argument: impl FnOnce(&mut Self) -> Result<Read>,
    ) -> Result<Read> {
        self.budget.enter(start)?;
        let tag_length = tag.map_or(0, |tag| tag.handle().len() + tag.suffix().len());
        self.watch.key(function, start, start + tag_length);
        let read = argument(self)?;
        self.watch.value(read.start, read.end);
        self.budget.leave();
        let object = Object::from_iter([(function.to_owned(), read.node)]);
        Ok(Read { node: Node::Object(object), start, end: read.end })
    }

    fn short_scalar(&mut self, function: &str, text: Cow<'t, str>, start: usize, end: usize) -> Result<Read> {
        self.budget.node(start)?;
        if function != Function::GetAtt.name() {
            return Ok(Read { node: Node::String(text.into_owned()), start, end });
        }
        let mut items = Vec::with_capacity(2);
        for part in text.splitn(2, '.') {
            self.budget.node(start)?;
            self.watch.item(items.len());
            self.watch.value(start, end);
            items.push(Node::String(part.to_owned()));
        }
        Ok(Read { node: Node::Array(items), start, end })
    }

    fn sequence(&mut self, start: usize, source: &mut Source) -> Result<Read> {
        self.budget.enter(start)?;
        let mut items = Vec::new();
        let mut end = start;
        loop {
            let next = self.next(source)?;
            if next.0 == Event::SequenceEnd {
                end = collection_end(&next.1, end);
                break;
            }
            self.watch.item(items.len());
            let read = self.value(next, source)?;
            self.watch.value(read.start, read.end);
            end = read.end;
            items.push(read.node);
        }
        items.shrink_to_fit();
        self.budget.leave();
        Ok(Read { node: Node::Array(items), start, end })
    }

    fn mapping(&mut self, start: usize, source: &mut Source) -> Result<Read> {
        self.budget.enter(start)?;
        let mut members = Members::default();
        let mut merges = 0;
        let mut end = start;
        loop {
            let (event, marks) = self.next(source)?;
            if event == Event::MappingEnd {
                end = collection_end(&marks, end);
                break;
            }
            if matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<") {
                end = self.merge(&mut members, merges, source)?;
                merges += 1;
                continue;
            }
            let key_start = marks.start;
            let key = self.key(event, &marks, source)?;
            self.watch.key(&key, key_start, marks.end);
            let length = key.len();
            self.budget.key(key_start, length)?;
            let entry = members.claim(key, key_start, OWN)?;
            let next = self.next(source)?;
            let read = self.value(next, source)?;
            self.watch.value(read.start, read.end);
            end = read.end;
            self.budget.key_done(length);
            if let Some(entry) = entry {
                members.object[entry] = read.node;
            }
        }
        members.object.shrink_to_fit();
        self.budget.leave();
        Ok(Read { node: Node::Object(members.object), start, end })
    }

    fn key(&mut self, event: Event<'t>, marks: &Marks, source: &mut Source) -> Result<String> {
        let at = marks.start;
        let wrong = |found| Fault::at(at, ErrorKind::KeyKind { found });
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if anchor != 0 && matches!(source, Source::Text) {
                    self.anchors.insert(anchor, self.tape.len() - 1..self.tape.len());
                }
                match meaning(tag.as_ref(), at)? {
                    Meaning::Short(_) => Err(wrong("a short form")),
                    Meaning::Plain if style == ScalarStyle::Plain && matches!(&*text, "" | "~") => {
                        Err(wrong("nothing"))
                    }
                    _ => Ok(text.into_owned()),
                }
            }
            Event::Alias(id) => {
                self.budget.node(at)?;
                let mut replay = self.recorded(id, at)?;
                let (event, _) = self.next(&mut replay)?;
                // What an alias repeats is no alias itself, so that this ends.
                self.key(event, marks, &mut replay)
            }
            Event::SequenceStart(..) => Err(wrong("a list")),
            _ => Err(wrong("an object")),
        }
    }

    /// The value of a `<<`, the `rank`th of its object; gives the mark of its end.
    fn merge(&mut self, members: &mut Members, rank: Rank, source: &mut Source) -> Result<usize> {
        let first = self.next(source)?;
        let start = first.1.start;
        self.watch.merging();
        let read = self.value(first, source)?;
        self.watch.merged();
        let objects = match read.node {
            Node::Array(items) => items,
            node => vec![node],
        };
        for node in objects {
            let Node::Object(object) = node else {
                return Err(Fault::at(start, ErrorKind::MergeKind { found: node.kind() }));
            };
            for (key, value) in object {
                if let Some(entry) = members.claim(key, start, rank)? {
                    members.object[entry] = value;
                }
            }
        }
        Ok(read.end)
    }
}

impl Marks {
    /// The parser's spans have four times the size.
    fn of(span: &Span) -> Marks {
        let start = span.tag_start.unwrap_or(span.start).index();
        Marks { start, end: span.end.index(), is_empty: span.is_empty() }
    }
}

impl Members {
    /// The place for the value of a key; `None` where another entry with that key counts.
    fn claim(&mut self, key: String, mark: usize, rank: Rank) -> Result<Option<usize>> {
        match self.object.entry(key) {
            Entry::Vacant(entry) => {
                self.keys.push((mark, rank));
                let index = entry.index();
                entry.insert(Node::Null);
                Ok(Some(index))
            }
            Entry::Occupied(entry) => {
                let (first, taken) = &mut self.keys[entry.index()];
                if rank == OWN && *taken == OWN {
                    return Err(Fault::duplicate(mark, *first, entry.key()));
                }
                if rank <= *taken {
                    return Ok(None);
                }
                (*first, *taken) = (mark, rank);
                Ok(Some(entry.index()))
            }
        }
    }
}

fn meaning(tag: Option<&Cow<'_, Tag>>, at: usize) -> Result<Meaning> {
    tag::meaning(tag).map_err(|kind| Fault::at(at, kind))
}

/// The number of the anchor of a value; 0 is none.
fn anchor(event: &Event<'_>) -> usize {
    match event {
        Event::Scalar(_, _, anchor, _) | Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
            *anchor
        }
        _ => 0,
    }
}

/// Where a list or an object ends: behind its bracket, else with its last member.
///
/// The parser's marks reach further: over the comment behind a bracket, or to the next key.
fn collection_end(marks: &Marks, last: usize) -> usize {
    if marks.is_empty { last } else { marks.start + 1 }
}
