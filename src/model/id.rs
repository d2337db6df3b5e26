//! Stable identifiers: made from what a thing *is*, never from where a line
//! happens to stand, an absolute path, or a version.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// `prefix` plus `length` letters of Crockford's base 32 over the SHA-256 of
/// the parts, which are joined by NUL so that no two lists of parts meet.
///
/// `length` is at most 51 (256 bits).
#[must_use]
pub fn stable_id(prefix: &str, length: usize, parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    let mut id = String::with_capacity(prefix.len() + length);
    id.push_str(prefix);
    let mut bits = 0u32;
    let mut held = 0u32;
    let mut bytes = digest.iter();
    while id.len() < prefix.len() + length {
        if held < 5 {
            let Some(byte) = bytes.next() else { break };
            bits = (bits << 8) | u32::from(*byte);
            held += 8;
        }
        held -= 5;
        let index = (bits >> held) & 31;
        let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'0');
        id.push(char::from(letter));
    }
    id
}

/// SHA-256 as lower-case hex, cut to `length` characters (at most 64).
#[must_use]
pub fn sha256_hex(bytes: &[u8], length: usize) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(bytes);
    let mut hex = String::with_capacity(64);
    for byte in &digest {
        // writing to a String cannot fail
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(length);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_where_the_parts_split() {
        assert_ne!(stable_id("x-", 8, &["ab", "c"]), stable_id("x-", 8, &["a", "bc"]));
        assert_eq!(stable_id("x-", 8, &["ab", "c"]), stable_id("x-", 8, &["ab", "c"]));
        assert_eq!(stable_id("ais-", 8, &["a"]).len(), 12);
    }

    #[test]
    fn hex_is_the_known_digest_of_nothing() {
        assert_eq!(sha256_hex(b"", 16), "e3b0c44298fc1c14");
    }
}
