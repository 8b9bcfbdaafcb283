//! Identifiers as Prisma's `cuid()` makes them: `c` and 24 lower-case letters or digits.

/// A fresh one.
pub(crate) fn cuid() -> String {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut random = uuid::Uuid::now_v7().as_u128() ^ (uuid::Uuid::new_v4().as_u128() >> 64);
    let mut id = String::with_capacity(25);
    id.push('c');
    for _ in 0..24 {
        let digit = usize::try_from(random % 36).expect("below 36");
        id.push(char::from(ALPHABET[digit]));
        random /= 36;
    }
    id
}

/// A random word of 32 hexadecimal digits, for request ids, lock tokens and passwords.
pub(crate) fn token() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
