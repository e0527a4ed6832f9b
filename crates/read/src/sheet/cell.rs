//! One cell as the parser gives it.

use super::text::{Slice, content, is_idle, item, next, skip, unescape, unexpected};
use super::xml::{Harm, attributes, check_attributes, trimmed, value};
use quick_xml::events::{BytesStart, Event};

/// What a cell's `t` says of its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Type {
    #[default]
    Number,
    /// The number of a shared string.
    Shared,
    /// The text that a formula came to.
    Text,
    Inline,
    Bool,
    Error,
    /// ISO 8601.
    Date,
}

/// A cell's attributes.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub reference: Option<String>,
    pub style: usize,
    pub kind: Type,
}

impl Head {
    /// Reads them, and says what is wrong: not well-formed, or a type or style that is none. What could be read is
    /// there all the same, so that the cell can be named.
    pub(super) fn read(tag: &BytesStart<'_>) -> (Self, Result<(), Harm>) {
        let mut head = Self::default();
        let seen = head.fill(tag);
        (head, seen)
    }

    /// Reads as many of them as can be read, the reference even where others are wrong.
    fn fill(&mut self, tag: &BytesStart<'_>) -> Result<(), Harm> {
        let mut wrong = Ok(());
        for found in attributes(tag) {
            let found = found?;
            let name = found.key;
            if !matches!(name.as_ref(), "r" | "s" | "t") {
                continue;
            }
            let value = value(&found)?;
            match name.as_ref() {
                "r" => self.reference = Some(value.into_owned()),
                "s" => match value.parse() {
                    Ok(style) if value.bytes().all(|byte| byte.is_ascii_digit()) => self.style = style,
                    _ => wrong = Err("its style is not a number".to_owned()),
                },
                _ => match kind(&value) {
                    Some(kind) => self.kind = kind,
                    None => {
                        wrong =
                            Err(format!("its type `{}` is not known", crate::diagnostic::excerpt(&value)));
                    }
                },
            }
        }
        wrong
    }
}

fn kind(name: &str) -> Option<Type> {
    Some(match name {
        "n" => Type::Number,
        "s" => Type::Shared,
        "str" => Type::Text,
        "inlineStr" => Type::Inline,
        "b" => Type::Bool,
        "e" => Type::Error,
        "d" => Type::Date,
        _ => return None,
    })
}

/// What stands in a cell.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what stands in a cell is there or is not, each by itself")]
pub(super) struct Body {
    /// The text of its value, decoded.
    pub text: String,
    /// The text that stands in the cell itself.
    inline: String,
    /// Whether digits of it are struck out or raised.
    pub is_restyled: bool,
    has_value: bool,
    has_inline: bool,
    has_formula: bool,
}

impl Body {
    /// Reads everything up to the end of the cell that has just begun.
    ///
    /// # Errors
    /// If there is anything in it that does not belong there, or twice.
    pub(super) fn read(xml: &mut Slice<'_>, kind: Type) -> Result<Self, Harm> {
        let mut body = Self::default();
        loop {
            let event = next(xml)?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    check_attributes(tag)?;
                    let is_empty = matches!(event, Event::Empty(_));
                    let is_twice = match tag.local_name().as_ref() {
                        "v" => std::mem::replace(&mut body.has_value, true),
                        "is" => std::mem::replace(&mut body.has_inline, true),
                        "f" => std::mem::replace(&mut body.has_formula, true),
                        "extLst" => false,
                        _ => return Err(unexpected(&event)),
                    };
                    if is_twice {
                        return Err("it has two values or formulas".to_owned());
                    }
                    match tag.local_name().as_ref() {
                        _ if is_empty => {}
                        "v" => body.value(xml, kind)?,
                        "is" => body.is_restyled = item(xml, &mut body.inline)?,
                        _ => skip(xml)?,
                    }
                }
                Event::End(_) => return body.check(kind),
                other if is_idle(other) => {}
                _ => return Err(unexpected(&event)),
            }
        }
    }

    fn value(&mut self, xml: &mut Slice<'_>, kind: Type) -> Result<(), Harm> {
        let mut text = String::new();
        content(xml, &mut text)?;
        match kind {
            Type::Text => unescape(&text, &mut self.text),
            _ => trimmed(&text).clone_into(&mut self.text),
        }
        Ok(())
    }

    /// Checks that the value stands where its type says; what stands in the other place beside it says nothing, as in
    /// Excel.
    fn check(mut self, kind: Type) -> Result<Self, Harm> {
        let is_misplaced = match kind {
            Type::Inline => self.has_value && !self.has_inline,
            Type::Text => false,
            _ => self.has_inline && !self.has_value,
        };
        if is_misplaced {
            return Err("its value is not where its type says".to_owned());
        }
        if kind == Type::Inline || !self.has_value {
            self.text = std::mem::take(&mut self.inline);
        }
        Ok(self)
    }

    /// Returns whether it holds a formula without the value that was last worked out for it; only a text can be worked
    /// out to nothing.
    pub(super) fn is_uncalculated(&self, kind: Type) -> bool {
        let has_result = match kind {
            Type::Text | Type::Inline => self.has_value || self.has_inline,
            _ => !self.text.is_empty(),
        };
        self.has_formula && !has_result
    }
}
