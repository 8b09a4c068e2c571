//! What presize signs is accepted by servers that presize knows nothing of, and refused once anything is changed.
//!
//! Every scenario is written once. It runs against s3s-fs, in this process, with every `cargo test`, and against Garage
//! and RGW when `cargo xtask conformance` asks for the ignored tests too. What a server does otherwise than S3 is a named list
//! with reasons (`server.rs`), and a deviation that no longer deviates fails.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

/// One test for each scenario and server.
macro_rules! scenarios {
    ($($scenario:ident),+ $(,)?) => {
        mod on_s3s_fs {
            $(#[test]
            fn $scenario() {
                super::$scenario(&crate::ground::Ground::on_s3s_fs());
            })+
        }

        mod on_garage {
            $(#[test]
            #[ignore = "needs Garage: cargo xtask conformance"]
            fn $scenario() {
                super::$scenario(&crate::ground::Ground::on_garage());
            })+
        }

        mod on_rgw {
            $(#[test]
            #[ignore = "needs RGW: cargo xtask conformance"]
            fn $scenario() {
                super::$scenario(&crate::ground::Ground::on_rgw());
            })+
        }
    };
}

mod answered;
mod attacked;
mod by_hand;
mod changes;
mod conditions;
mod confirmations;
mod crowd;
mod files;
mod forms;
mod garage;
mod ground;
mod hosts;
mod interleaved;
mod interrupted;
mod multipart;
mod objects;
mod refusals;
mod requests;
mod resized;
mod rgw;
mod server;
mod tickets;
