//! The actions that IAM knows.
//!
//! `actions.txt` has a line for each service, sorted: its prefix, then its actions, sorted and in lower case. Before
//! each action stands a capital letter that says how much of its beginning it shares with the one before: `A`
//! nothing, `B` one byte. Behind an action that knows no resource, so that a policy can allow it for `*` only, stands a
//! star: AWS's service reference lists no resource type for it. A service is found by binary search over the bytes, so
//! nothing is read at start-up.

use std::cmp::Ordering;

use crate::tag::{MOST_SHARED, OF_ACCOUNT, SHARES_NOTHING};

const TEXT: &str = include_str!("../data/actions.txt");

/// The actions of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    line: &'static str,
}

impl Service {
    pub(crate) fn find(prefix: &str) -> Option<Service> {
        let (mut low, mut high) = (0, TEXT.len());
        while low < high {
            // The line that holds the middle.
            let middle = low.midpoint(high);
            let start = TEXT[..middle].rfind('\n').map_or(0, |end| end + 1);
            let end = || TEXT[middle..].find('\n').map_or(TEXT.len(), |length| middle + length);
            match (Service { line: &TEXT[start..] }).prefix().cmp(prefix) {
                Ordering::Less => low = end() + 1,
                Ordering::Equal => return Some(Service { line: &TEXT[start..end()] }),
                Ordering::Greater => high = start,
            }
        }
        None
    }

    pub(crate) fn all() -> impl Iterator<Item = Service> {
        TEXT.lines().map(|line| Service { line })
    }

    /// What stands before the colon of its actions: `sqs`.
    pub fn prefix(self) -> &'static str {
        self.line.split(|letter: char| letter.is_ascii_uppercase()).next().unwrap_or_default()
    }

    /// Whether one of its actions, in lower case, is as wanted.
    pub fn any(self, mut is_wanted: impl FnMut(&str) -> bool) -> bool {
        self.any_action(|action, _| is_wanted(action))
    }

    /// Whether one of its actions that can be allowed on single resources, in lower case, is as wanted.
    ///
    /// ```
    /// let s3 = cfn_schema::iam_service("s3").ok_or("no service")?;
    /// assert!(s3.any_on_resources(|action| action == "putobject"));
    /// assert!(!s3.any_on_resources(|action| action == "listallmybuckets"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn any_on_resources(self, mut is_wanted: impl FnMut(&str) -> bool) -> bool {
        self.any_action(|action, knows_resources| knows_resources && is_wanted(action))
    }

    /// Whether one of its actions is as wanted, by its name and by whether it knows resources.
    fn any_action(self, mut is_wanted: impl FnMut(&str, bool) -> bool) -> bool {
        let mut action = String::new();
        let mut rest = &self.line[self.prefix().len()..];
        while let Some(letter) = rest.bytes().next() {
            let shared = usize::from(letter.saturating_sub(SHARES_NOTHING)).min(MOST_SHARED);
            rest = &rest[1..];
            let end = rest.find(|letter: char| letter.is_ascii_uppercase()).unwrap_or(rest.len());
            action.truncate(shared);
            let own = rest[..end].strip_suffix(OF_ACCOUNT);
            action.push_str(own.unwrap_or(&rest[..end]));
            if is_wanted(&action, own.is_none()) {
                return true;
            }
            rest = &rest[end..];
        }
        false
    }
}
