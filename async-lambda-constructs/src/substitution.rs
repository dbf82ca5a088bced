//! `$QUEUEID` and `$EXTRA<n>`: how the extras of a queue name the queue and each other.

use cfn_model::{Node, Object, Path};

/// What the placeholders stand for.
pub(crate) struct Substitution<'a> {
    /// The logical id of the queue, for `$QUEUEID`.
    pub(crate) queue: &'a str,
    /// The logical ids of the extras, for `$EXTRA0`, `$EXTRA1`...
    pub(crate) extras: &'a [String],
}

impl Substitution<'_> {
    /// Replaces every placeholder in every string, keys included. The error is a placeholder for an extra
    /// that does not exist.
    pub(crate) fn apply(&self, node: Node) -> Result<Node, String> {
        Ok(match node {
            Node::String(text) => Node::String(self.text(&text)?),
            Node::Array(items) => {
                Node::Array(items.into_iter().map(|item| self.apply(item)).collect::<Result<_, _>>()?)
            }
            Node::Object(object) => {
                let mut replaced = Object::with_capacity_and_hasher(object.len(), Default::default());
                for (key, value) in object {
                    replaced.insert(self.text(&key)?, self.apply(value)?);
                }
                Node::Object(replaced)
            }
            other => other,
        })
    }

    /// The placeholders below a value that name no extra, each with the place of its string; of a string the first.
    pub(crate) fn unknown(&self, value: &Node, at: &Path) -> Vec<(Path, String)> {
        let mut found = Vec::new();
        self.gather_unknown(value, at, &mut found);
        found
    }

    fn gather_unknown(&self, value: &Node, at: &Path, found: &mut Vec<(Path, String)>) {
        match value {
            Node::String(text) => found.extend(self.text(text).err().map(|placeholder| (at.clone(), placeholder))),
            Node::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.gather_unknown(item, &at.join(index), found));
            }
            Node::Object(object) => {
                for (key, value) in object {
                    let at = at.join(key.as_str());
                    found.extend(self.text(key).err().map(|placeholder| (at.clone(), placeholder)));
                    self.gather_unknown(value, &at, found);
                }
            }
            Node::Null | Node::Bool(_) | Node::Number(_) => {}
        }
    }

    fn text(&self, text: &str) -> Result<String, String> {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(position) = rest.find('$') {
            result.push_str(&rest[..position]);
            rest = &rest[position..];
            if let Some(after) = rest.strip_prefix("$QUEUEID") {
                result.push_str(self.queue);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("$EXTRA").filter(|after| after.starts_with(is_digit)) {
                let end = after.find(|character| !is_digit(character)).unwrap_or(after.len());
                let extra = after[..end].parse().ok().and_then(|index: usize| self.extras.get(index));
                result.push_str(extra.ok_or_else(|| format!("$EXTRA{}", &after[..end]))?);
                rest = &after[end..];
            } else {
                result.push('$');
                rest = &rest[1..];
            }
        }
        result.push_str(rest);
        Ok(result)
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use cfn_model::IntoNode;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::Substitution;

    #[test]
    fn placeholders_are_replaced_wherever_they_stand() {
        let extras: Vec<String> = (0..12).map(|index| format!("JobsExtra{index}")).collect();
        let substitution = Substitution { queue: "Jobs", extras: &extras };
        let check = |input: serde_json::Value, expected: Result<serde_json::Value, &str>| {
            let result = substitution.apply(input.into_node());
            assert_eq!(result, expected.map(IntoNode::into_node).map_err(str::to_owned));
        };
        check(json!({"Fn::GetAtt": ["$QUEUEID", "Arn"]}), Ok(json!({"Fn::GetAtt": ["Jobs", "Arn"]})));
        check(
            json!({"Fn::Sub": "${$QUEUEID.Arn}-${AWS::StackName}-$QUEUEID"}),
            Ok(json!({"Fn::Sub": "${Jobs.Arn}-${AWS::StackName}-Jobs"})),
        );
        check(
            json!({"$QUEUEID": {"x$EXTRA0y": [1, true, null]}}),
            Ok(json!({"Jobs": {"xJobsExtra0y": [1, true, null]}})),
        );
        check(json!("$EXTRA11 $EXTRA1 $EXTRA1x"), Ok(json!("JobsExtra11 JobsExtra1 JobsExtra1x")));
        check(json!("$EXTRA $ $$QUEUEID $queueid"), Ok(json!("$EXTRA $ $Jobs $queueid")));
        check(json!(["$EXTRA12"]), Err("$EXTRA12"));
        check(json!("$EXTRA99999999999999999999999"), Err("$EXTRA99999999999999999999999"));
    }
}
