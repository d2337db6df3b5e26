//! From the bytes of a file to text, or that they are none.

/// Whether a file that begins so is no text.
#[must_use]
pub fn is_binary(head: &[u8]) -> bool {
    matches!(decoded(head), Decoded::Binary)
}

/// The bytes of a file as text, or that they are none.
pub(crate) enum Decoded<'a> {
    /// Text in an ASCII superset, or at least not shown to be otherwise.
    Bytes(&'a [u8]),
    /// Was UTF-16.
    Transcoded(String),
    /// No text.
    Binary,
}

/// UTF-16 is converted (by its mark, or by a NUL at every second byte of the
/// head); a NUL in the head otherwise means binary.
pub(crate) fn decoded(bytes: &[u8]) -> Decoded<'_> {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let zero = memchr::memchr(0, head).is_some();
    let utf16 = match bytes {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ if zero => utf16_without_mark(bytes),
        _ => return Decoded::Bytes(bytes),
    };
    let Some(encoding) = utf16 else { return Decoded::Binary };
    let (text, _, _) = encoding.decode(bytes);
    Decoded::Transcoded(text.into_owned())
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..bytes.len().min(1024))?;
    if head.len() < 16 {
        return None;
    }
    let zeros = |parity: usize| {
        head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count() * 10
            >= head.len() * 4
    };
    match (zeros(0), zeros(1)) {
        (false, true) => Some(encoding_rs::UTF_16LE),
        (true, false) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_converted_with_or_without_its_mark() {
        let text = "import openai # and a longer line";
        let plain: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut marked = vec![0xFF, 0xFE];
        marked.extend(&plain);
        for bytes in [plain, marked] {
            match decoded(&bytes) {
                Decoded::Transcoded(read) => assert_eq!(read.trim_start_matches('\u{FEFF}'), text),
                _ => panic!("not converted"),
            }
        }
        assert!(matches!(decoded(b"\x7fELF\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Decoded::Binary));
    }
}
