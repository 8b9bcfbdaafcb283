//! Another shop of the deployment, and what belongs to it.

use golive_core::contract::{Contract, fill};
use golive_core::prelude::*;
use golive_stores::{Param, Postgres, Stores};
use serde_json::Value;

use crate::routes;

/// What belongs to a shop and has routes of its own: its table, and the last segment of its list's path.
const KINDS: [(&str, &str); 4] = [
    ("Campaign", "campaigns"),
    ("Discount", "discounts"),
    ("Segment", "segments"),
    ("Automation", "automations"),
];

/// So many shops are looked at, and so many objects of each kind.
const SHOPS: i64 = 20;

/// Characters of an id that nobody else has by chance.
const TELLING: usize = 8;

const FIND: &str = r#"
SELECT s.id, s.domain, (
  SELECT coalesce(jsonb_agg(x.id), '[]'::jsonb) FROM (
    SELECT o.id FROM "TABLE" o WHERE o."shopId" = s.id ORDER BY o."createdAt" DESC LIMIT 50) x) AS ids
FROM (SELECT id, domain FROM "Shop" WHERE domain <> $1 AND domain LIKE '%.myshopify.com' ORDER BY domain LIMIT $2) s"#;

/// The shop that requests name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Other {
    /// One of this deployment.
    Real(Shop),
    /// There is none, or it cannot be found: the reason in words.
    MadeUp { domain: String, why: String },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shop {
    pub(super) id: String,
    pub(super) domain: String,
    /// By kind: the table, and ids, newest first.
    pub(super) objects: Vec<(&'static str, Vec<String>)>,
}

impl Other {
    pub(super) fn domain(&self) -> &str {
        match self {
            Self::Real(shop) => &shop.domain,
            Self::MadeUp { domain, .. } => domain,
        }
    }

    pub(super) fn real(&self) -> Option<&Shop> {
        match self {
            Self::Real(shop) => Some(shop),
            Self::MadeUp { .. } => None,
        }
    }

    /// For summaries.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Real(shop) => format!(
                "another shop of this deployment with {} objects",
                shop.ids().count()
            ),
            Self::MadeUp { why, .. } => format!("a made-up shop, since {why}"),
        }
    }

    /// Asks the database, read-only.
    pub(super) async fn find(cx: &Context) -> Result<Self, Error> {
        let own = cx.settings().shop()?;
        let made_up = |why: String| Self::MadeUp {
            domain: cx.impossible_shop(),
            why,
        };
        let database = match cx.postgres().await {
            Ok(database) => database,
            Err(error) => return Ok(made_up(error.to_string())),
        };
        Ok(match shops(&database, own.as_str()).await {
            Ok(shops) => richest(shops).map_or_else(
                || made_up("the deployment has no other shop with objects".to_owned()),
                Self::Real,
            ),
            Err(error) => made_up(error.to_string()),
        })
    }
}

impl Shop {
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().flat_map(|(_, ids)| ids).map(String::as_str)
    }

    /// The newest object of a kind.
    pub(super) fn newest(&self, table: &str) -> Option<&str> {
        let (_, ids) = self.objects.iter().find(|(kind, _)| *kind == table)?;
        ids.first().map(String::as_str)
    }

    /// What in an answer would be this shop's: the first id of it or of its objects among the JSON's texts.
    pub(super) fn mentioned_in(&self, answer: &Value) -> Option<&str> {
        // a short id, such as a number, may be anybody's
        let found = |wanted: &&str| wanted.len() >= TELLING && mentions(answer, wanted);
        std::iter::once(self.id.as_str()).chain(self.ids()).find(found)
    }
}

fn mentions(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| mentions(item, wanted)),
        Value::Object(fields) => fields.values().any(|field| mentions(field, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The other shops with their objects. A table that cannot be read counts as empty: its own probes tell why.
async fn shops(database: &Postgres, own: &str) -> Result<Vec<Shop>, Error> {
    let mut shops: Vec<Shop> = Vec::new();
    for (table, _) in KINDS {
        let sql = FIND.replace("TABLE", table);
        let rows = match database.fetch(&sql, &[Param::from(own), Param::Int(SHOPS)]).await {
            Err(Error::Query { .. }) => continue,
            rows => rows?,
        };
        for row in rows {
            let ids = row.json("ids")?.as_array().into_iter().flatten();
            let ids: Vec<String> = ids.filter_map(Value::as_str).map(str::to_owned).collect();
            let (id, domain) = (row.text("id")?, row.text("domain")?);
            if !shops.iter().any(|shop| shop.id == id) {
                shops.push(Shop {
                    id: id.clone(),
                    domain,
                    objects: Vec::new(),
                });
            }
            if let Some(shop) = shops.iter_mut().find(|shop| shop.id == id) {
                shop.objects.push((table, ids));
            }
        }
    }
    Ok(shops)
}

/// The shop with most kinds of objects.
fn richest(shops: Vec<Shop>) -> Option<Shop> {
    let kinds = |shop: &Shop| shop.objects.iter().filter(|(_, ids)| !ids.is_empty()).count();
    shops.into_iter().filter(|shop| kinds(shop) > 0).max_by_key(kinds)
}

/// Where one object of that kind is read.
pub(super) fn object_path(contract: &Contract, table: &str, id: &str) -> Option<String> {
    match table {
        "Campaign" => return Some(fill(&contract.paths.campaign, id)),
        "Discount" => return Some(fill(&contract.paths.discount, id)),
        _ => {}
    }
    let (_, segment) = KINDS.iter().find(|(kind, _)| *kind == table)?;
    let list = routes::lists(contract)
        .into_iter()
        .find(|route| route.path.rsplit('/').next() == Some(segment))?;
    Some(fill(&format!("{}/{{id}}", list.path), id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shop(id: &str, ids: &[&str]) -> Shop {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        Shop {
            id: id.into(),
            domain: format!("{id}.myshopify.com"),
            objects: vec![("Campaign", ids), ("Segment", Vec::new())],
        }
    }

    #[test]
    fn the_richest_shop_is_named_and_recognised() {
        assert_eq!(richest(vec![shop("a", &[])]), None);
        let found = richest(vec![
            shop("a", &[]),
            shop("shop_of_b", &["campaign1", "campaign2", "c3"]),
        ])
        .unwrap();
        assert_eq!(found.newest("Campaign"), Some("campaign1"));
        assert_eq!(found.newest("Segment"), None);
        for (answer, mentioned) in [
            (json!({"campaigns": [{"id": "campaign2"}]}), Some("campaign2")),
            (json!({"shopId": "shop_of_b"}), Some("shop_of_b")),
            (json!({"shop": "shop_of_b.myshopify.com", "campaigns": []}), None),
            (json!({"message": "no campaign1 for you"}), None),
            (json!({"id": "c3"}), None),
        ] {
            assert_eq!(found.mentioned_in(&answer), mentioned, "{answer}");
        }
    }

    #[test]
    fn objects_have_paths() {
        let contract = Contract::default();
        assert_eq!(
            object_path(&contract, "Segment", "s1").as_deref(),
            Some("/segments/s1")
        );
        assert_eq!(
            object_path(&contract, "Discount", "d/1").as_deref(),
            Some("/discounts/d%2F1")
        );
        assert_eq!(object_path(&contract, "Nothing", "x"), None);
    }
}
