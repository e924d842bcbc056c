//! The one place that prints.

use std::io::{self, BufRead, Write};

use serde::Serialize;

use crate::{
    failure::{Failure, Result},
    setup::Setup,
};

/// Where results and remarks go.
pub(crate) struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    input: Box<dyn BufRead + Send>,
    pub(crate) json: bool,
    pub(crate) watched: bool,
}

impl Output {
    pub(crate) fn new(setup: Setup, json: bool) -> (Self, impl FnOnce() -> Result<mtp_core::TenantManagerBuilder>) {
        let make = setup.make;
        let output = Self {
            out: setup.out,
            err: setup.err,
            input: setup.input,
            json,
            watched: setup.watched,
        };
        (output, move || make().map_err(Failure::Setup))
    }

    /// The result: one JSON document, or lines for people.
    pub(crate) fn result<T: Serialize>(&mut self, value: &T, human: impl FnOnce() -> String) -> Result<()> {
        let text = if self.json {
            serde_json::to_string_pretty(value)?
        } else {
            human()
        };
        if !text.is_empty() {
            writeln!(self.out, "{}", text.trim_end())?;
        }
        self.out.flush()?;
        Ok(())
    }

    /// Text as clap made it.
    pub(crate) fn raw(&mut self, text: &str, to_out: bool) -> io::Result<()> {
        let target = if to_out { &mut self.out } else { &mut self.err };
        target.write_all(text.as_bytes())?;
        target.flush()
    }

    /// A remark beside the result, for people only.
    pub(crate) fn remark(&mut self, text: &str) -> Result<()> {
        if !self.json {
            writeln!(self.err, "{text}")?;
        }
        Ok(())
    }

    /// Why a verb failed.
    pub(crate) fn failure(&mut self, failure: &Failure) -> io::Result<()> {
        if self.json {
            let value = serde_json::json!({
                "error": { "kind": failure.kind(), "message": failure.text(), "findings": failure.findings() }
            });
            return writeln!(self.err, "{value}");
        }
        writeln!(self.err, "error: {}", failure.text())?;
        for finding in failure.findings() {
            writeln!(self.err, "{finding}")?;
        }
        Ok(())
    }

    /// Asks for a line; nothing where there is nobody to ask.
    pub(crate) fn ask(&mut self, question: &str) -> Result<String> {
        write!(self.err, "{question}")?;
        self.err.flush()?;
        let mut line = String::new();
        self.input.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    /// The first line of what is piped in.
    pub(crate) fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.input.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

/// Columns as wide as their widest cell, two blanks between them.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|h| h.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
        }
        line.trim_end().to_owned()
    };
    let mut lines = vec![line(head.map(|h| h))];
    for row in rows {
        lines.push(line(row.each_ref().map(String::as_str)));
    }
    lines.join("\n")
}

/// One name and value a line.
pub(crate) fn pairs(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    pairs
        .iter()
        .map(|(name, value)| format!("{name:width$}  {value}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".into(), "1".into()], ["한국어".into(), "22".into()]];
        assert_eq!(table(["name", "n"], &rows), "name  n\na     1\n한국어   22");
        assert_eq!(
            pairs(&[("id", "a".into()), ("state", "b".into())]),
            "id     a\nstate  b"
        );
    }
}
