//! Where in a text something stands.
//!
//! Whoever has read a text with [`parse_traced`] asks the [`Trace`] of it. Without one the text is read again.

use std::collections::HashMap;

use super::{
    Document, Format, Limits, Position, ReadError, Span,
    position::{Unit, positions},
    read,
    watch::Watch,
};
use crate::{Path, Segment};

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The key with its quotes, or the tag of a short form; `None` for the root and in a list.
    pub key: Option<Span>,
    /// The value, without the white space and comments behind it.
    pub value: Span,
    /// How many steps of the path exist in the text. Where that is less than its length, the key and
    /// the value are those of the deepest part that does.
    pub depth: usize,
}

impl Location {
    /// Key and value together.
    pub fn whole(&self) -> Span {
        Span { start: self.key.map_or(self.value.start, |key| key.start), end: self.value.end }
    }
}

/// Finds where paths lead, for a text that was read with the default limits.
///
/// Paths are those of the long form: a short form `!Sub` has a key `Fn::Sub`, and both parts of
/// `!GetAtt A.B` stand where the whole stands. Every path has a location, and be it that of the root,
/// unless the text cannot be read.
pub fn locate(text: &str, paths: &[Path]) -> Vec<Option<Location>> {
    locate_within(text, &Limits::default(), paths)
}

/// [`locate`] for a text that was read with other limits.
pub fn locate_within(text: &str, limits: &Limits, paths: &[Path]) -> Vec<Option<Location>> {
    // A template without findings need not be read again.
    if paths.is_empty() {
        return Vec::new();
    }
    let mut locator = Locator::new(paths);
    let (result, format) = read(text, limits, &mut locator);
    match result {
        Ok(_) => locator.locations(text, format, paths),
        Err(_) => vec![None; paths.len()],
    }
}

/// Reads a template as [`super::parse`] does with the default limits, and keeps where everything stands.
///
/// # Errors
///
/// [`ReadError`], as [`super::parse`].
pub fn parse_traced(text: &str) -> Result<(Document, Trace), ReadError> {
    // As much as dense templates take. What is not used is never touched, so that it costs nothing.
    let mut events =
        Events { events: Vec::with_capacity(text.len() / 16), keys: String::with_capacity(text.len() / 4) };
    let (result, format) = read(text, &Limits::default(), &mut events);
    result.map(|node| (Document { node, format }, Trace { events, format }))
}

/// Where the values of a text stand, for [`Trace::locate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    events: Events,
    format: Format,
}

impl Trace {
    /// [`locate`] in the text that left this trace.
    pub fn locate(&self, text: &str, paths: &[Path]) -> Vec<Option<Location>> {
        if paths.is_empty() {
            return Vec::new();
        }
        let mut locator = Locator::new(paths);
        self.events.tell(&mut locator);
        locator.locations(text, self.format, paths)
    }
}

/// What a reader told, to be told again.
#[derive(Clone, Debug, Default, PartialEq)]
struct Events {
    events: Vec<Event>,
    /// The keys, without anything between them.
    keys: String,
}

/// One call of a method of [`Watch`]. With the default limits every mark and every count fits into 32 bits.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Key { start: u32, end: u32, length: u32 },
    Item { index: u32 },
    Value { start: u32, end: u32 },
    Merging,
    Merged,
}

impl Watch for Events {
    fn key(&mut self, key: &str, start: usize, end: usize) {
        self.keys.push_str(key);
        self.events.push(Event::Key { start: start as u32, end: end as u32, length: key.len() as u32 });
    }

    fn item(&mut self, index: usize) {
        self.events.push(Event::Item { index: index as u32 });
    }

    fn value(&mut self, start: usize, end: usize) {
        self.events.push(Event::Value { start: start as u32, end: end as u32 });
    }

    fn merging(&mut self) {
        self.events.push(Event::Merging);
    }

    fn merged(&mut self) {
        self.events.push(Event::Merged);
    }

    fn restart(&mut self) {
        *self = Events::default();
    }
}

impl Events {
    fn tell(&self, watch: &mut impl Watch) {
        let mut keys = self.keys.as_str();
        for event in &self.events {
            match *event {
                Event::Key { start, end, length } => {
                    let (key, rest) = keys.split_at(length as usize);
                    keys = rest;
                    watch.key(key, start as usize, end as usize);
                }
                Event::Item { index } => watch.item(index as usize),
                Event::Value { start, end } => watch.value(start as usize, end as usize),
                Event::Merging => watch.merging(),
                Event::Merged => watch.merged(),
            }
        }
    }
}

/// Takes the white space off the end of every value: the marks of block scalars include it.
fn trimmed(text: &str, places: &[Position]) -> Vec<Position> {
    // In the order of `Seen::marks`, the fourth of four is a value's end; the third its start.
    let base = text.len() - super::without_bom(text).len();
    let ends = places.iter().enumerate().map(|(index, place)| match index % 4 {
        3 => {
            let start = places[index - 1].offset;
            start + text[start..place.offset.max(start)].trim_end().len() - base
        }
        _ => place.offset - base,
    });
    positions(text, Unit::Bytes, &ends.collect::<Vec<_>>())
}

/// The paths that are looked for, as a tree, and how far reading has come in it.
struct Locator {
    steps: Vec<Step>,
    /// The open values, each with its step, where the paths have one.
    open: Vec<Option<usize>>,
    merging: usize,
}

/// A node of the tree of paths.
#[derive(Default)]
struct Step {
    next: HashMap<Segment, usize>,
    depth: usize,
    /// The key of the value that is open.
    key: Option<(usize, usize)>,
    seen: Option<Seen>,
    location: Option<Location>,
}

/// The marks of a key and its value.
#[derive(Clone, Copy)]
struct Seen {
    key: Option<(usize, usize)>,
    value: (usize, usize),
}

impl Seen {
    fn marks(&self) -> [usize; 4] {
        let key = self.key.unwrap_or(self.value);
        [key.0, key.1, self.value.0, self.value.1]
    }
}

impl Locator {
    fn new(paths: &[Path]) -> Locator {
        let mut steps = vec![Step::default()];
        for path in paths {
            let mut at = 0;
            for segment in &path.0 {
                at = match steps[at].next.get(segment) {
                    Some(next) => *next,
                    None => {
                        let next = steps.len();
                        let depth = steps[at].depth + 1;
                        steps.push(Step { depth, ..Step::default() });
                        steps[at].next.insert(segment.clone(), next);
                        next
                    }
                };
            }
        }
        Locator { steps, open: vec![Some(0)], merging: 0 }
    }

    fn open(&mut self, segment: impl FnOnce() -> Segment, key: Option<(usize, usize)>) {
        let step = self.open.last().copied().flatten().filter(|step| !self.steps[*step].next.is_empty());
        let step = step.and_then(|step| self.steps[step].next.get(&segment()).copied());
        if let Some(step) = step {
            self.steps[step].key = key;
        }
        self.open.push(step);
    }

    /// Where the paths lead, when all of the text was told.
    fn locations(mut self, text: &str, format: Format, paths: &[Path]) -> Vec<Option<Location>> {
        let marks: Vec<usize> = self.steps.iter().flat_map(|step| step.seen.iter().flat_map(Seen::marks)).collect();
        let places = match format {
            Format::Json => positions(text, Unit::Bytes, &marks),
            Format::Yaml => trimmed(text, &positions(text, Unit::Chars, &marks)),
        };
        let seen = self.steps.iter_mut().filter_map(|step| step.seen.map(|seen| (seen.key, step)));
        for ((key, step), &[key_start, key_end, start, end]) in seen.zip(places.as_chunks().0) {
            let key = key.map(|_| Span { start: key_start, end: key_end });
            step.location = Some(Location { key, value: Span { start, end }, depth: step.depth });
        }
        paths.iter().map(|path| self.deepest(path)).collect()
    }

    fn deepest(&self, path: &Path) -> Option<Location> {
        let mut at = 0;
        let mut location = self.steps[0].location?;
        for segment in &path.0 {
            at = *self.steps[at].next.get(segment)?;
            match self.steps[at].location {
                Some(deeper) => location = deeper,
                None => break,
            }
        }
        Some(location)
    }
}

impl Watch for Locator {
    fn key(&mut self, key: &str, start: usize, end: usize) {
        self.open(|| Segment::from(key), Some((start, end)));
    }

    fn item(&mut self, index: usize) {
        self.open(|| Segment::Index(index), None);
    }

    fn value(&mut self, start: usize, end: usize) {
        let Some(step) = self.open.pop().flatten().map(|step| &mut self.steps[step]) else { return };
        // An object's own entry counts, wherever the merged one stands.
        if self.merging == 0 || step.seen.is_none() {
            step.seen = Some(Seen { key: step.key, value: (start, end) });
        }
    }

    fn merging(&mut self) {
        self.merging += 1;
    }

    fn merged(&mut self) {
        self.merging -= 1;
    }

    fn restart(&mut self) {
        for step in &mut self.steps {
            step.seen = None;
        }
        self.open = vec![Some(0)];
        self.merging = 0;
    }
}
