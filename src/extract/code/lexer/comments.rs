//! Comments.

use super::super::languages::BlockComment;
use super::{Kind, Lexer};

impl Lexer<'_> {
    /// Goes over the comment that starts here, if one does.
    pub(super) fn comment(&mut self) -> Option<Kind> {
        let start = self.at;
        let hashbang = start == 0 && self.starts(0, "#!") && !self.starts(0, "#![");
        let block = self.rules.block_comments.iter().find(|one| self.starts(start, one.open));
        // `--[[` is no `--`.
        let line = self.rules.line_comments.iter().any(|open| {
            self.starts(start, open) && !block.is_some_and(|block| block.open.starts_with(open))
        });
        // `#[…]` is an attribute there.
        let attribute = line && self.starts(start, "#[") && self.is_embedded();
        if hashbang || (line && !attribute) {
            self.at = self.seek(start, b"\n\r");
            self.end_comment_of_island(start);
            return Some(Kind::Comment);
        }
        if self.starts(start, "?>") && self.is_embedded() {
            return Some(self.outside());
        }
        self.block_comment(block?);
        Some(Kind::Comment)
    }

    fn block_comment(&mut self, block: &BlockComment) {
        let start = self.at;
        let needles = [block.open.as_bytes(), block.close.as_bytes()].map(|s| s.first().copied());
        let needles: Vec<u8> = needles.into_iter().flatten().collect();
        let mut level = 1usize;
        self.at += block.open.len();
        loop {
            self.at = self.seek(self.at, &needles);
            if self.at >= self.text.len() {
                self.break_at(start);
                return;
            }
            if self.starts(self.at, block.close) {
                self.at += block.close.len();
                level -= 1;
                if level == 0 {
                    return;
                }
            } else if block.nested && self.starts(self.at, block.open) {
                self.at += block.open.len();
                level += 1;
            } else {
                self.at += 1;
            }
        }
    }
}
