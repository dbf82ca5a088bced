//! Matching: the set of positions from which a tree leads to a set of positions.
//!
//! A node is a function from sets to sets that keeps unions. The tree is evaluated from right to left, beginning
//! with every position, so that look-ahead is the same computation again, and look-behind the one from left to right.
//! Sets are bits, so one operation moves 64 positions. Nothing is tried twice: within an unbounded repetition,
//! positions that a repetition inside has followed before are not followed again.

use super::{
    bits::Bits,
    class::{Class, Text},
    parse::{Assertion, Look, Node, Repeat, Tree},
};

/// How many words one computation may write: over ten times what a pattern of the schemas needs for 10 kB. Templates
/// bring patterns of their own.
pub const MOST_STEPS: u64 = 2_000_000;

/// Whether `tree` matches somewhere in `text`, `None` where to know it takes more than `most` words, or than any
/// computation may write; and how many words it wrote.
pub(super) fn search(tree: &Tree, text: &str, most: u64) -> (Option<bool>, u64) {
    let most = most.min(MOST_STEPS);
    let text = Text::new(text);
    let everywhere = Bits::through(text.len());
    let mut search = Search {
        tree,
        text,
        found: vec![None; tree.classes.len()],
        followed: vec![Bits::default(); tree.repeats],
        looks: vec![None; tree.looks],
        steps: 0,
        most,
    };
    let starts = search.run(&tree.root, everywhere, Way::Back, true);
    let answer = match starts.is_empty() {
        true if search.steps > most => None,
        is_empty => Some(!is_empty),
    };
    (answer, search.steps)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the end of a match to its starts.
    Back,
    /// From the start of a match to its ends: inside look-behind.
    Forth,
}

struct Search<'t> {
    tree: &'t Tree,
    text: Text<'t>,
    /// Where each class accepts a character.
    found: Vec<Option<Vec<u64>>>,
    /// From where each unbounded repetition has been followed already.
    followed: Vec<Bits>,
    /// Where each look-around holds.
    looks: Vec<Option<Bits>>,
    steps: u64,
    most: u64,
}

impl Search<'_> {
    /// Where `node` leads from `set`. Unless `afresh`, positions may be left out that an earlier run gave.
    fn run(&mut self, node: &Node, set: Bits, way: Way, afresh: bool) -> Bits {
        self.steps += 1 + set.width() as u64;
        if set.is_empty() {
            return set;
        }
        // Nothing goes on from nowhere, so that all loops end.
        if self.steps > self.most {
            return Bits::default();
        }
        match node {
            Node::Empty => set,
            Node::Class(class) => self.step(*class, set, way),
            Node::Concat(nodes) if way == Way::Back => {
                nodes.iter().rev().fold(set, |set, node| self.run(node, set, way, afresh))
            }
            Node::Concat(nodes) => nodes.iter().fold(set, |set, node| self.run(node, set, way, afresh)),
            Node::Alternate(branches) => {
                let mut all = Bits::default();
                for branch in branches {
                    all.insert_all(&self.run(branch, set.clone(), way, afresh));
                }
                all
            }
            Node::Repeat(repeat) => self.repeat(repeat, set, way, afresh),
            Node::Assert(assertion) => set.intersection(&self.holds(*assertion)),
            Node::Look(look) => self.look(look, set),
        }
    }

    fn class(&mut self, number: usize) -> &[u64] {
        let Search { tree, text, found, steps, .. } = self;
        found[number].get_or_insert_with(|| {
            let class: &Class = &tree.classes[number];
            *steps += text.len() as u64;
            class.find(text)
        })
    }

    fn step(&mut self, class: usize, set: Bits, way: Way) -> Bits {
        let class = self.class(class);
        if way == Way::Back { set.before(class) } else { set.after(class) }
    }

    fn repeat(&mut self, repeat: &Repeat, mut set: Bits, way: Way, afresh: bool) -> Bits {
        let Repeat { body, min, max, inside } = repeat;
        // Every round that finds something new moves by a character at least.
        let max = max.filter(|max| *max < self.text.len());
        let own = inside.end;
        // `x{3,}` is `x{2}x+`; the loop below does `x+` and `x*`.
        let exact = if max.is_none() { min.saturating_sub(1) } else { *min };
        let class = if let Node::Class(class) = **body { Some(class).filter(|_| way == Way::Back) } else { None };
        set = match class {
            Some(class) if exact > 1 => set.before_exactly(self.class(class), exact),
            _ => self.exactly(body, exact, set, way),
        };
        self.steps += set.width() as u64;
        if max == Some(*min) || set.is_empty() {
            return set;
        }
        if afresh || exact > 0 || max.is_some() {
            self.followed[inside.clone()].iter_mut().for_each(Bits::clear);
        }
        if let Some(max) = max {
            if let Some(class) = class {
                let set = set.before_up_to(self.class(class), max - min);
                self.steps += set.width() as u64;
                return set;
            }
            return self.up_to(body, max - min, set, way);
        }
        if afresh {
            self.followed[own].clear();
        }
        if let Some(class) = class {
            return self.run_of(class, own, *min > 0, set);
        }
        let mut all = if *min == 0 { set.clone() } else { Bits::default() };
        let mut new = set.without(&self.followed[own]);
        while !new.is_empty() {
            self.followed[own].insert_all(&new);
            let next = self.run(body, new, way, false);
            all.insert_all(&next);
            new = next.without(&self.followed[own]);
        }
        all
    }

    /// `body{rounds}`.
    fn exactly(&mut self, body: &Node, rounds: usize, mut set: Bits, way: Way) -> Bits {
        for _ in 0..rounds {
            let next = self.run(body, set.clone(), way, true);
            // From here on, no round would change anything.
            let settled = next == set || next.is_empty();
            set = next;
            if settled {
                break;
            }
        }
        set
    }

    /// `body{0,rounds}`.
    fn up_to(&mut self, body: &Node, rounds: usize, set: Bits, way: Way) -> Bits {
        let mut all = set.clone();
        let mut new = set;
        for _ in 0..rounds {
            new = self.run(body, new, way, false).without(&all);
            if new.is_empty() {
                break;
            }
            all.insert_all(&new);
        }
        all
    }

    /// `class*`, or `class+`, from right to left.
    fn run_of(&mut self, class: usize, own: usize, at_least_one: bool, set: Bits) -> Bits {
        let before = std::mem::take(&mut self.followed[own]);
        let all = set.before_all(self.class(class), &before);
        self.steps += all.width() as u64;
        self.followed[own] = before;
        self.followed[own].insert_all(&all);
        if at_least_one { self.step(class, all, Way::Back) } else { all }
    }

    fn look(&mut self, look: &Look, set: Bits) -> Bits {
        if self.looks[look.number].is_none() {
            let everywhere = Bits::through(self.text.len());
            let way = if look.behind { Way::Forth } else { Way::Back };
            self.looks[look.number] = Some(self.run(&look.body, everywhere, way, true));
        }
        match &self.looks[look.number] {
            Some(holds) if look.negated => set.without(holds),
            Some(holds) => set.intersection(holds),
            None => set,
        }
    }

    /// Where an assertion holds.
    fn holds(&mut self, assertion: Assertion) -> Bits {
        let length = self.text.len();
        let only = |position: usize| {
            let mut words = vec![0; position / 64 + 1];
            words[position / 64] = 1 << (position % 64);
            Bits::from_words(words)
        };
        match assertion {
            Assertion::Start => only(0),
            Assertion::End => only(length),
            Assertion::LastLine => {
                let mut ends = only(length);
                if self.text.ends_with_newline() {
                    ends.insert_all(&only(length - 1));
                }
                ends
            }
            Assertion::WordBoundary => self.boundaries(),
            Assertion::NotWordBoundary => Bits::through(length).without(&self.boundaries()),
        }
    }

    fn boundaries(&mut self) -> Bits {
        let Some(class) = self.tree.word else { return Bits::default() };
        let everywhere = Bits::through(self.text.len());
        let starts = everywhere.clone().before(self.class(class));
        let ends = everywhere.after(self.class(class));
        let mut all = starts.clone().without(&ends);
        all.insert_all(&ends.without(&starts));
        all
    }
}
