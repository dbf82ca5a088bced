//! Silencing a finding is said with a reason, and is about something.

rules! {
    warning AL0201 "What is silenced has a reason";
    warning AL0202 "What is silenced is a rule that exists";
    warning AL0203 "What is silenced is there";
}
