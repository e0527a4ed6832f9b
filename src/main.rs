//! The `fasttrack` program.

fn main() {}
