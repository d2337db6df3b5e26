//! Markup within code (JSX): tags, their attributes, and the text between them.
//!
//! Knows no element and no attribute by name.

use super::{Frame, Kind, Lexer};

impl Lexer<'_> {
    /// Whether what follows `<` is a tag; if so, enters it.
    pub(super) fn tag_starts(&mut self) -> bool {
        let next = self.byte(self.at + 1);
        let named = next.is_ascii_alphabetic() || matches!(next, b'_' | b'$');
        if !(named || next == b'>') || (named && self.is_type_parameter()) || self.beyond > 0 {
            return false;
        }
        let entered = self.push(Frame::Tag { closing: false });
        self.at += usize::from(entered);
        entered
    }

    /// `<T,>`, `<T extends X>`, `<T = X>`, `<const T>` and `<T>(` start a generic
    /// function, not a tag.
    fn is_type_parameter(&self) -> bool {
        let window = self.rest(self.at + 1);
        let window = window.get(..window.len().min(80)).unwrap_or_default();
        let length = window.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let (name, behind) = window.split_at(length);
        let after = behind.trim_ascii_start();
        let generic_name =
            name.len() == 1 || matches!(name, [b'T', second, ..] if second.is_ascii_uppercase());
        match after {
            [b',' | b'=', ..] => true,
            [b'>', b'(', ..] => generic_name,
            _ if name == b"const" => true,
            _ => after.strip_prefix(b"extends").is_some_and(|rest| rest.starts_with(b" ")),
        }
    }

    pub(super) fn tag(&mut self, closing: bool) -> Kind {
        let start = self.at;
        let byte = self.byte(start);
        match byte {
            b' ' | b'\t' | 0x0b | 0x0c => self.space(),
            b'\n' | b'\r' => {
                self.at += if self.starts(start, "\r\n") { 2 } else { 1 };
                Kind::Newline
            }
            b'>' => {
                self.at += 1;
                self.leave_tag(!closing, closing)
            }
            b'/' if self.byte(start + 1) == b'>' => {
                self.at += 2;
                self.leave_tag(false, closing)
            }
            b'"' | b'\'' => {
                self.at = self.seek(start + 1, &[byte]);
                if self.at >= self.text.len() {
                    self.break_at(start);
                    return Kind::Broken;
                }
                self.at += 1;
                Kind::Text
            }
            b'{' => self.splice(),
            b'<' => {
                // Type arguments of a component.
                let end = self.seek(start + 1, b">\n");
                self.at =
                    if self.byte(end) == b'>' && end - start < 256 { end + 1 } else { start + 1 };
                Kind::Markup
            }
            _ if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80 => {
                let run = self.rest(start).iter();
                self.at += run
                    .take_while(|b| {
                        b.is_ascii_alphanumeric()
                            || matches!(b, b'_' | b'$' | b'-' | b':')
                            || **b >= 0x80
                    })
                    .count();
                Kind::Name
            }
            _ => self.comment().unwrap_or_else(|| self.sign()),
        }
    }

    fn leave_tag(&mut self, children_follow: bool, closing: bool) -> Kind {
        self.pop();
        if children_follow {
            // The tag's own place has just become free.
            self.push(Frame::Children);
        } else {
            if closing && matches!(self.frames.last(), Some(Frame::Children)) {
                self.pop();
            }
            self.operand = true;
        }
        Kind::TagClose
    }

    fn splice(&mut self) -> Kind {
        let entered = self.push(Frame::Splice);
        self.at += 1;
        if entered {
            self.operand = false;
            Kind::Splice
        } else {
            Kind::Markup
        }
    }

    pub(super) fn children(&mut self) -> Kind {
        match self.byte(self.at) {
            b'{' => self.splice(),
            b'<' => {
                let closing = self.byte(self.at + 1) == b'/';
                let entered = self.push(Frame::Tag { closing });
                self.at += if closing { 2 } else { 1 };
                if entered { Kind::TagOpen } else { Kind::Markup }
            }
            _ => {
                self.at = self.seek(self.at, b"{<");
                Kind::Markup
            }
        }
    }
}
