//! `for`, with a bound on how often all loops of a rendering go round together.

use std::collections::HashMap;
use std::io::Write;

use liquid_core::model::{KString, KStringRef};
use liquid_core::parser::{BlockElement, TryMatchToken};
use liquid_core::runtime::{Interrupt, InterruptRegister, StackFrame};
use liquid_core::{
    BlockReflection, Error, Expression, Language, ObjectView as _, ParseBlock, Renderable, Result, Runtime,
    TagBlock, TagTokenIter, Template, Value, ValueView, object,
};

/// How often all loops of one rendering may go round, together.
const MOST_ROUNDS: usize = 1_000;

/// The rounds that all loops have made so far.
#[derive(Default)]
struct Rounds(usize);

/// `{% for x in array %}`, `{% for x in (1..n) %}` with `limit`, `offset` and `reversed`.
#[derive(Clone)]
pub(super) struct ForBlock;

#[derive(Debug)]
struct For {
    name: KString,
    items: Items,
    limit: Option<Expression>,
    offset: Option<Expression>,
    reversed: bool,
    body: Template,
    otherwise: Template,
}

#[derive(Debug)]
enum Items {
    Array(Expression),
    Range(Expression, Expression),
}

impl BlockReflection for ForBlock {
    fn start_tag(&self) -> &'static str {
        "for"
    }

    fn end_tag(&self) -> &'static str {
        "endfor"
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseBlock for ForBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments
            .expect_next("a name expected")?
            .expect_identifier()
            .into_result()?;
        let name = KString::from_ref(name);
        arguments
            .expect_next("`in` expected")?
            .expect_str("in")
            .into_result_custom_msg("`in` expected")?;
        let items = match arguments
            .expect_next("an array or a range expected")?
            .expect_value()
        {
            TryMatchToken::Matches(array) => Items::Array(array),
            TryMatchToken::Fails(range) => {
                let (start, end) = range.expect_range().into_result()?;
                Items::Range(start, end)
            }
        };
        let (mut limit, mut offset, mut reversed) = (None, None, false);
        while let Some(token) = arguments.next() {
            match token.as_str() {
                "limit" => limit = Some(attribute(&mut arguments)?),
                "offset" => offset = Some(attribute(&mut arguments)?),
                "reversed" => reversed = true,
                _ => return Err(token.raise_custom_error("`limit`, `offset` or `reversed` expected")),
            }
        }
        let (mut body, mut otherwise) = (Vec::new(), Vec::new());
        while let Some(element) = block.next()? {
            match element {
                BlockElement::Tag(tag) if tag.name() == "else" => {
                    otherwise = block.parse_all(options)?;
                    break;
                }
                BlockElement::Tag(tag) => body.push(tag.parse(&mut block, options)?),
                other => body.push(other.parse(&mut block, options)?),
            }
        }
        block.assert_empty();
        let (body, otherwise) = (Template::new(body), Template::new(otherwise));
        Ok(Box::new(For {
            name,
            items,
            limit,
            offset,
            reversed,
            body,
            otherwise,
        }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

fn attribute(arguments: &mut TagTokenIter<'_>) -> Result<Expression> {
    arguments
        .expect_next("`:` expected")?
        .expect_str(":")
        .into_result_custom_msg("`:` expected")?;
    arguments
        .expect_next("a value expected")?
        .expect_value()
        .into_result()
}

fn whole(expression: &Expression, runtime: &dyn Runtime) -> Result<i64> {
    let value = expression.evaluate(runtime)?;
    value
        .as_scalar()
        .and_then(|scalar| scalar.to_integer())
        .ok_or_else(|| Error::with_msg("a whole number expected"))
}

impl For {
    fn items(&self, runtime: &dyn Runtime) -> Result<Vec<Value>> {
        let mut items: Vec<Value> = match &self.items {
            Items::Array(array) => {
                let value = array.evaluate(runtime)?;
                value
                    .as_array()
                    .map_or_else(Vec::new, |a| a.values().map(ValueView::to_value).collect())
            }
            Items::Range(start, end) => {
                let (start, end) = (whole(start, runtime)?, whole(end, runtime)?);
                if end.saturating_sub(start) >= i64::try_from(MOST_ROUNDS).unwrap_or(i64::MAX) {
                    return Err(too_many());
                }
                (start..=end).map(Value::scalar).collect()
            }
        };
        let count = |attribute: &Option<Expression>, otherwise: usize| match attribute {
            Some(expression) => whole(expression, runtime).map(|n| usize::try_from(n).unwrap_or(0)),
            None => Ok(otherwise),
        };
        let offset = count(&self.offset, 0)?.min(items.len());
        items.drain(..offset);
        items.truncate(count(&self.limit, items.len())?);
        if self.reversed {
            items.reverse();
        }
        Ok(items)
    }
}

fn too_many() -> Error {
    Error::with_msg(format!("a template may loop {MOST_ROUNDS} times at most"))
}

impl Renderable for For {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let items = self.items(runtime)?;
        if items.is_empty() {
            return self.otherwise.render_to(writer, runtime);
        }
        let length = items.len();
        for (index, item) in items.into_iter().enumerate() {
            {
                let mut rounds = runtime.registers().get_mut::<Rounds>();
                rounds.0 += 1;
                if rounds.0 > MOST_ROUNDS {
                    return Err(too_many());
                }
            }
            let position = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let forloop = object!({
                "length": position(length),
                "index": position(index + 1),
                "index0": position(index),
                "rindex": position(length - index),
                "rindex0": position(length - index - 1),
                "first": index == 0,
                "last": index + 1 == length,
            });
            let mut names = HashMap::<KStringRef<'_>, &dyn ValueView>::new();
            names.insert("forloop".into(), forloop.as_value());
            names.insert(self.name.as_ref(), &item);
            let scope = StackFrame::new(runtime, &names);
            self.body.render_to(writer, &scope)?;
            let interrupt = scope.registers().get_mut::<InterruptRegister>().reset();
            if matches!(interrupt, Some(Interrupt::Break)) {
                break;
            }
        }
        Ok(())
    }
}
