//! Sets of text positions, 64 to a word.

/// A set of positions that stores only the words between its lowest and its highest member, so that a
/// few positions in a long text cost a few words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    /// The index of `words[0]`.
    first: usize,
    /// Neither the first nor the last word is zero.
    words: Vec<u64>,
}

impl Bits {
    /// The positions from 0 to `last`.
    pub(super) fn through(last: usize) -> Bits {
        let mut words = vec![u64::MAX; last / 64 + 1];
        words[last / 64] = u64::MAX >> (63 - last % 64);
        Bits { first: 0, words }
    }

    pub(super) fn from_words(words: Vec<u64>) -> Bits {
        Bits { first: 0, words }.trimmed()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.words.clear();
    }

    /// How many words are stored: what an operation on the set costs.
    pub(super) fn width(&self) -> usize {
        self.words.len()
    }

    fn end(&self) -> usize {
        self.first + self.words.len()
    }

    fn word(&self, index: usize) -> u64 {
        index.checked_sub(self.first).and_then(|i| self.words.get(i)).copied().unwrap_or(0)
    }

    fn trimmed(mut self) -> Bits {
        let used = self.words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        self.words.truncate(used);
        if self.words.first() == Some(&0) {
            let zeros = self.words.iter().take_while(|word| **word == 0).count();
            self.words.drain(..zeros);
            self.first += zeros;
        }
        self
    }

    /// Adds the members of `other`.
    pub(super) fn insert_all(&mut self, other: &Bits) {
        if other.is_empty() {
            return;
        }
        if self.is_empty() {
            self.first = other.first;
        }
        if other.first < self.first {
            let missing = self.first - other.first;
            self.words.splice(..0, std::iter::repeat_n(0, missing));
            self.first = other.first;
        }
        if self.end() < other.end() {
            self.words.resize(other.end() - self.first, 0);
        }
        let offset = other.first - self.first;
        for (word, more) in self.words[offset..].iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// The members that `other` does not have.
    pub(super) fn without(mut self, other: &Bits) -> Bits {
        for (index, word) in (self.first..).zip(&mut self.words) {
            *word &= !other.word(index);
        }
        self.trimmed()
    }

    /// The members that `other` has too.
    pub(super) fn intersection(mut self, other: &Bits) -> Bits {
        for (index, word) in (self.first..).zip(&mut self.words) {
            *word &= other.word(index);
        }
        self.trimmed()
    }

    /// The positions from which a character of `class` leads to a member: position `p` is before character `p`.
    pub(super) fn before(mut self, class: &[u64]) -> Bits {
        if self.first > 0 && self.words.first().is_some_and(|word| word & 1 == 1) {
            self.words.insert(0, 0);
            self.first -= 1;
        }
        for i in 0..self.words.len() {
            let above = self.words.get(i + 1).map_or(0, |word| word << 63);
            self.words[i] = (self.words[i] >> 1 | above) & class.get(self.first + i).copied().unwrap_or(0);
        }
        self.trimmed()
    }

    /// The positions to which a character of `class` leads from a member.
    pub(super) fn after(mut self, class: &[u64]) -> Bits {
        let mut carry = 0;
        for (index, word) in (self.first..).zip(&mut self.words) {
            let taken = *word & class.get(index).copied().unwrap_or(0);
            *word = taken << 1 | carry;
            carry = taken >> 63;
        }
        if carry != 0 {
            self.words.push(carry);
        }
        self.trimmed()
    }

    /// The members, and the positions from which characters of `class` lead to a member. A run below the lowest
    /// member ends where it reaches a position of `done`, which has been followed before.
    pub(super) fn before_all(self, class: &[u64], done: &Bits) -> Bits {
        self.before_all_from(0, class, done)
    }

    /// The same, but no further than to the word `lowest`.
    fn before_all_from(self, lowest: usize, class: &[u64], done: &Bits) -> Bits {
        let mut found = Vec::with_capacity(self.words.len() + 1);
        let mut reached = 0;
        let mut index = self.end();
        while index > lowest {
            index -= 1;
            let step = class.get(index).copied().unwrap_or(0);
            if index < self.first && (reached & step >> 63 == 0 || done.word(index) >> 63 == 1) {
                index += 1;
                break;
            }
            let mut members = self.word(index) | (reached & step >> 63) << 63;
            let mut run = step;
            for shift in [1, 2, 4, 8, 16, 32] {
                members |= run & members >> shift;
                run &= run >> shift;
            }
            found.push(members);
            reached = members & 1;
        }
        found.reverse();
        Bits { first: index, words: found }.trimmed()
    }

    /// The members, and the positions from which at most `count` characters of `class` lead to a member.
    pub(super) fn before_up_to(self, class: &[u64], count: usize) -> Bits {
        let lowest = (self.first * 64).saturating_sub(count) / 64;
        let mut near = self.clone();
        let mut distance = 0;
        while distance < count {
            let more = (distance + 1).min(count - distance);
            near.insert_all(&near.clone().lowered(more));
            distance += more;
        }
        self.before_all_from(lowest, class, &Bits::default()).intersection(&near)
    }

    /// The positions from which `count` characters of `class`, one at least, lead to a member.
    pub(super) fn before_exactly(self, class: &[u64], count: usize) -> Bits {
        let lowest = (self.first * 64).saturating_sub(count) / 64;
        let words = class[lowest.min(class.len())..self.end().min(class.len())].to_vec();
        let mut runs = Bits { first: lowest, words }.trimmed();
        let mut length = 1;
        while length < count {
            let more = length.min(count - length);
            runs = runs.clone().intersection(&runs.lowered(more));
            length += more;
        }
        self.lowered(count).intersection(&runs)
    }

    /// Every member less `distance`; members that are smaller than it are lost.
    fn lowered(mut self, distance: usize) -> Bits {
        let (words, bits) = (distance / 64, distance % 64);
        let lost = words.saturating_sub(self.first);
        self.words.drain(..lost.min(self.words.len()));
        self.first = (self.first + lost).saturating_sub(words);
        if bits > 0 && !self.is_empty() {
            if self.first > 0 {
                self.words.insert(0, 0);
                self.first -= 1;
            }
            for i in 0..self.words.len() {
                let above = self.words.get(i + 1).map_or(0, |word| word << (64 - bits));
                self.words[i] = self.words[i] >> bits | above;
            }
        }
        self.trimmed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(members: &[usize]) -> Bits {
        let mut words = vec![0; 8];
        members.iter().for_each(|member| words[member / 64] |= 1u64 << (member % 64));
        Bits::from_words(words)
    }

    fn members(bits: &Bits) -> Vec<usize> {
        (0..bits.end() * 64).filter(|position| bits.word(position / 64) >> (position % 64) & 1 == 1).collect()
    }

    /// The steps over whole runs agree with single steps, for sets and classes on both sides of word borders.
    #[test]
    fn runs_agree_with_single_steps() {
        let mut seed = 1u64;
        for _ in 0..300 {
            let mut random = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                seed >> 33
            };
            let class: Vec<u64> = (0..5).map(|_| u64::MAX >> (random() % 64) | u64::MAX << (random() % 60)).collect();
            let set = bits(&[(random() % 320) as usize, (random() % 320) as usize, (random() % 130) as usize]);
            let count = 1 + (random() % 140) as usize;
            let (mut exact, mut all) = (set.clone(), set.clone());
            for _ in 0..count {
                exact = exact.before(&class);
                all.insert_all(&exact);
            }
            assert_eq!(members(&set.clone().before_exactly(&class, count)), members(&exact), "{set:?} {count}");
            assert_eq!(members(&set.clone().before_up_to(&class, count)), members(&all), "{set:?} {count}");
            for _ in 0..320 {
                exact = exact.before(&class);
                all.insert_all(&exact);
            }
            assert_eq!(members(&set.clone().before_all(&class, &Bits::default())), members(&all), "{set:?}");
        }
    }

    #[test]
    fn sets_are_sets() {
        assert_eq!(members(&bits(&[3, 64, 200]).lowered(64)), [0, 136]);
        assert_eq!(members(&bits(&[3, 64, 200]).lowered(65)), [135]);
        assert_eq!(members(&bits(&[3, 64, 200]).lowered(500)), [0usize; 0]);
        assert_eq!(members(&bits(&[3, 64]).without(&bits(&[3, 200]))), [64]);
        assert_eq!(members(&Bits::through(64)), Vec::from_iter(0..=64));
        assert_eq!(members(&bits(&[0, 63, 64]).after(&[u64::MAX, 0])), [1, 64]);
    }
}
