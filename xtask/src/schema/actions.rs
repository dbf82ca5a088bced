//! The file of IAM's actions: what it looks like is said in `schema/src/action.rs`, which reads it.

use std::{collections::BTreeMap, error::Error};

use cfn_schema::tag::{MOST_SHARED, OF_ACCOUNT, SHARES_NOTHING};

use super::inputs::Inputs;

/// The text of `actions.txt`.
pub struct Actions {
    pub text: String,
    pub count: usize,
}

pub fn encode(inputs: &Inputs) -> Result<Actions, Box<dyn Error>> {
    let services = inputs.actions.as_object().ok_or("Policies.json: must be an object")?;
    let services: BTreeMap<_, _> = services.iter().collect();
    let mut actions = Actions { text: String::new(), count: 0 };
    for (service, facts) in services {
        check(service)?;
        let facts = facts["Actions"].as_object().ok_or_else(|| format!("{service}: no actions"))?;
        let mut names: Vec<&str> = facts.keys().map(String::as_str).collect();
        names.sort_unstable();
        actions.text.push_str(service);
        let mut before = "";
        for name in names {
            check(name)?;
            let shared = before.bytes().zip(name.bytes()).take_while(|(left, right)| left == right).count();
            let shared = shared.min(MOST_SHARED);
            actions.text.push(char::from(SHARES_NOTHING + shared as u8));
            actions.text.push_str(&name[shared..]);
            if facts[name]["Resources"].as_array().is_none_or(Vec::is_empty) {
                actions.text.push(OF_ACCOUNT);
            }
            actions.count += 1;
            before = name;
        }
        actions.text.push('\n');
    }
    Ok(actions)
}

/// Fails on a name that could be taken for something else in the file.
fn check(name: &str) -> Result<(), Box<dyn Error>> {
    match name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        true if !name.is_empty() => Ok(()),
        _ => Err(format!("actions: must be made of small letters, digits and hyphens, got `{name}`").into()),
    }
}
