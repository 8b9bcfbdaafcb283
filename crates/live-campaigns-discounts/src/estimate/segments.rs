//! The shop's segments, and how many contacts the backend says they have.

use golive_core::context::Context;
use golive_core::error::Error;
use serde_json::Value;

use crate::answers;

/// So many segments are looked at, at most.
const SEGMENTS: usize = 8;
/// Where a backend may say how many contacts a segment has.
const COUNTS: [&str; 6] = [
    "contactCount",
    "memberCount",
    "membersCount",
    "recipientCount",
    "size",
    "count",
];

/// A segment whose number of contacts the backend states.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    pub(super) id: String,
    pub(super) contacts: u64,
}

/// The shop's segments, where the backend has a route for them and says how large they are.
pub(super) async fn segments(cx: &Context) -> Result<Vec<Segment>, Error> {
    let routes = &cx.contract().guarded_routes;
    let Some(route) = routes
        .iter()
        .find(|route| route.method == "GET" && route.path.ends_with("/segments"))
    else {
        return Ok(Vec::new());
    };
    let list = optional(cx, &route.path).await?;
    let rows = list["segments"]
        .as_array()
        .or_else(|| list.as_array())
        .cloned()
        .unwrap_or_default();
    let mut segments = Vec::new();
    for row in rows.iter().take(SEGMENTS) {
        let Some(id) = answers::id(&row["id"]) else {
            continue;
        };
        let mut contacts = count(row);
        if contacts.is_none() {
            let whole = optional(cx, &format!("{}/{id}", route.path)).await?;
            contacts = count(&whole["segment"]).or_else(|| count(&whole));
        }
        segments.extend(contacts.map(|contacts| Segment { id, contacts }));
    }
    Ok(segments)
}

/// A JSON answer, or null where there is no such route.
async fn optional(cx: &Context, path: &str) -> Result<Value, Error> {
    let answer = cx.http().get(path).admin()?.send().await?;
    Ok(if answer.status() == 200 {
        answer.json().unwrap_or_default()
    } else {
        Value::Null
    })
}

fn count(segment: &Value) -> Option<u64> {
    COUNTS.iter().find_map(|name| segment[*name].as_u64())
}

/// An empty one, and the smallest of several contacts.
pub(super) fn worth_a_look(segments: &[Segment]) -> Vec<&Segment> {
    let empty = segments.iter().find(|segment| segment.contacts == 0);
    let several = segments
        .iter()
        .filter(|segment| segment.contacts > 1)
        .min_by_key(|segment| segment.contacts);
    empty.into_iter().chain(several).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_and_a_small_segment() {
        let of = |contacts: &[u64]| -> Vec<u64> {
            let segments: Vec<Segment> = contacts
                .iter()
                .map(|contacts| Segment {
                    id: contacts.to_string(),
                    contacts: *contacts,
                })
                .collect();
            worth_a_look(&segments)
                .into_iter()
                .map(|segment| segment.contacts)
                .collect()
        };
        assert_eq!(of(&[210, 42, 0, 1]), [0, 42]);
        assert_eq!(of(&[1]), [] as [u64; 0]);
        assert_eq!(count(&serde_json::json!({"id": "x", "memberCount": 3})), Some(3));
    }
}
