//! Data sets, a network and an assembly, assembled byte by byte.

use super::Message;

fn short_text(text: &str) -> Vec<u8> {
    [&[text.len() as u8][..], text.as_bytes()].concat()
}

/// A Parquet file of no rows that says it has five: columns with the number of
/// columns below each (these are made too), and remarks.
pub fn parquet(columns: &[(&str, u8)], remarks: &[&str]) -> Vec<u8> {
    let mut rows: Vec<Vec<u8>> = Vec::new();
    for (name, below) in columns {
        rows.push([&[0x48][..], &short_text(name), &[0x15, below * 2, 0]].concat());
        for _ in 0..*below {
            rows.push([&[0x15, 12, 0x25, 2, 0x18][..], &short_text("never told"), &[0]].concat());
        }
    }
    let mut footer = vec![0x15, 2, 0x19, (rows.len() as u8 + 1) << 4 | 0xC];
    footer
        .extend([&[0x48][..], &short_text("schema"), &[0x15, columns.len() as u8 * 2, 0]].concat());
    footer.extend(rows.concat());
    footer.extend([0x16, 10, 0x19, 12]);
    footer.extend([0x19, (remarks.len() as u8) << 4 | 0xC]);
    for remark in remarks {
        footer
            .extend([&[0x18][..], &short_text(remark), &[0x18], &short_text("{}"), &[0]].concat());
    }
    footer.push(0);
    [b"PAR1", footer.as_slice(), &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn halves(halves: &[u16]) -> Vec<u8> {
    halves.iter().flat_map(|half| half.to_le_bytes()).collect()
}

fn unhexed(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A stream with the schema of one column, `input_ids`, as the library writes it.
pub fn arrow_stream() -> Vec<u8> {
    unhexed(
        "ffffffff800000001000000000000a000c000600050008000a000000000104000c00000008000800 \
         0000040008000000040000000100000014000000100014000800060007000c000000100010000000 \
         000001021000000024000000040000000000000009000000696e7075745f69647300000008000c00 \
         08000700080000000000000120000000ffffffff00000000",
    )
}

/// One record, as TensorFlow frames it; the sum of its content is not made.
pub fn record(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    let mut sum = u32::MAX;
    for byte in length {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0x82F6_3B78 } else { sum >> 1 };
        }
    }
    let masked = (!sum).rotate_right(15).wrapping_add(0xA282_EAD8);
    [&length[..], &masked.to_le_bytes(), content, &[0; 4]].concat()
}

/// An example with one feature.
pub fn example(feature: &str) -> Vec<u8> {
    let entry = Message::new().text(1, feature).blob(2, &[]);
    Message::new().blob(1, &Message::new().blob(1, &entry.0).0).0
}

/// A network for phones, which has no identifier: one operator, one tensor,
/// converted from ONNX.
pub fn network() -> Vec<u8> {
    unhexed(
        "18000000140010000000000000000c00000000000b000400140000000c000000000000030c000000 \
         0100000014000000010000000800000004000400040000000100000078000000",
    )
}

/// A .NET assembly that refers to others.
pub fn assembly(references: &[(&str, [u16; 4])]) -> Vec<u8> {
    const BASE: u32 = 0x40 + 24 + 240 + 40;
    let mut names = vec![0u8];
    let mut tables = words(&[0]);
    tables.extend([2, 0, 0, 1]);
    tables.extend((1u64 | 1 << 1 | 1 << 0x23).to_le_bytes());
    tables.extend([0; 8]);
    tables.extend(words(&[1, 1, references.len() as u32]));
    tables.extend([0; 10 + 6]);
    for (name, version) in references {
        tables.extend(halves(version));
        tables.extend(words(&[0]));
        tables.extend(halves(&[0, names.len() as u16, 0, 0]));
        names.extend(name.as_bytes());
        names.push(0);
    }
    let mut root = b"BSJB\x01\0\x01\0\0\0\0\0\x0c\0\0\0v4.0.30319\0\0\0\0\x02\0".to_vec();
    let streams = root.len() as u32 + 12 + 20;
    root.extend(words(&[streams, tables.len() as u32]));
    root.extend(b"#~\0\0");
    root.extend(words(&[streams + tables.len() as u32, names.len() as u32]));
    root.extend(b"#Strings\0\0\0\0");
    root.extend(tables);
    root.extend(names);
    let mut data = words(&[72, 0x0005_0002, BASE + 72, root.len() as u32]);
    data.resize(72, 0);
    data.extend(root);
    let mut file = b"MZ".to_vec();
    file.resize(0x3C, 0);
    file.extend(words(&[0x40]));
    file.extend(b"PE\0\0\x64\x86\x01\0");
    file.extend([0; 12]);
    file.extend(halves(&[240, 0]));
    let mut optional = vec![0u8; 240];
    optional[..2].copy_from_slice(&0x20Bu16.to_le_bytes());
    optional[108..112].copy_from_slice(&16u32.to_le_bytes());
    let header = 112 + 14 * 8;
    optional[header..header + 8].copy_from_slice(&words(&[BASE, 72]));
    file.extend(optional);
    file.extend(b".text\0\0\0");
    let size = data.len() as u32;
    file.extend(words(&[size, BASE, size, BASE, 0, 0, 0, 0]));
    file.extend(data);
    file
}
