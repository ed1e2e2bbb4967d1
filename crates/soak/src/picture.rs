//! The picture of each visitor. Each is made from its number, so that none has to be kept for the comparison.

/// A real JPEG. What follows its end is the picture's own.
const JPEG: &[u8] = include_bytes!("../../../samples/front.jpg");

/// Some 100 KB to 2 MB, each about 1.35 times the one before. 600 KB on average.
const SIZES: [usize; 11] = [
    100_000, 135_000, 182_000, 246_000, 331_000, 447_000, 603_000, 814_000, 1_100_000, 1_480_000,
    2_000_000,
];

/// Makes the picture of this number. No two are alike, and no two parts of one are.
pub fn picture(number: u32) -> Vec<u8> {
    let size = SIZES[number as usize % SIZES.len()];
    let mut bytes = Vec::with_capacity(size + size_of::<u64>());
    bytes.extend_from_slice(JPEG);
    let mut word = 0_u32;
    while bytes.len() < size {
        let unique = u64::from(number) << 32 | u64::from(word);
        bytes.extend_from_slice(&unique.to_le_bytes());
        word += 1;
    }
    bytes.truncate(size);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_has_its_own_bytes_and_a_size_from_100_kb_to_2_mb() {
        let (one, next_of_its_size) = (picture(0), picture(11));
        assert_eq!((one.len(), next_of_its_size.len()), (100_000, 100_000));
        assert_ne!(one, next_of_its_size);
        assert_eq!(picture(10).len(), 2_000_000);
        assert_eq!(picture(3), picture(3));
    }
}
