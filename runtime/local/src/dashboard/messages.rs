//! Lists of messages.

use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
    search::{Cursor, Filter, limit, search},
};

/// `message ls`
pub(super) fn list(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    // Messages that became ready by the time alone are counted as such.
    dashboard.cloud.advance()?;
    let filter = Filter::of(dashboard, params)?;
    let from = Cursor::of(&filter, params.filter("after")?)?;
    let found = search(dashboard, &filter, from, limit(params)?);
    let rows: Vec<Value> = found.entries.iter().map(|entry| entry.row(dashboard)).collect();
    Ok(json!({
        "messages": rows,
        "next": found.next.map(Cursor::text),
        "looked_at": found.looked_at,
    }))
}
