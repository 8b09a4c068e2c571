//! The policies that a store is tried with, and the scenarios that follow.

use presize::options::OptionValue;

use super::photographs::{Metadata, Upload};
use super::scenario::{Kind, Open, Scenario};
use super::stores::Store;

/// Options by name.
type Options = Vec<(&'static str, OptionValue<'static>)>;

/// A policy, and whether the files of the client have something to strip.
pub(crate) struct Policy {
    name: &'static str,
    options: Options,
    metadata: Metadata,
}

fn word(name: &'static str, value: &'static str) -> (&'static str, OptionValue<'static>) {
    (name, OptionValue::Text(value.into()))
}

fn variants() -> (&'static str, OptionValue<'static>) {
    ("variant_widths", OptionValue::List(vec![OptionValue::Number(4.0)]))
}

/// The policies that lead to different requests.
pub(crate) fn policies() -> Vec<Policy> {
    use Metadata::{Bare, Located, Long};
    let policy = |name, options: Options, metadata| Policy { name, options, metadata };
    vec![
        policy("as it is", vec![word("originals", "as_is")], Located),
        policy("stripped", vec![], Located),
        policy("nothing to strip", vec![], Bare),
        policy("encoded anew", vec![word("originals", "reencoded")], Located),
        policy("with a variant", vec![variants()], Bare),
        policy("stripped, with a variant", vec![variants()], Located),
        policy("by its head", vec![word("originals", "as_is"), word("verify", "head")], Located),
        policy("by its head, long", vec![word("originals", "as_is"), word("verify", "head")], Long),
        policy("by its head, stripped", vec![word("verify", "head")], Located),
        policy("by its head, nothing to strip", vec![word("verify", "head")], Bare),
    ]
}

/// Three of them: a copy, a write, and more than one object.
pub(crate) fn few_policies() -> Vec<Policy> {
    let few = ["nothing to strip", "stripped", "with a variant"];
    policies().into_iter().filter(|policy| few.contains(&policy.name)).collect()
}

impl Policy {
    fn verifies_heads(&self) -> bool {
        self.options.iter().any(|(name, _)| *name == "verify")
    }
}

impl Scenario {
    /// The client sends these files instead.
    pub(crate) fn sending(self, uploads: &[Upload]) -> Self {
        let metadata = self.uploads.first().map_or(Metadata::Bare, |(_, metadata)| *metadata);
        let name = format!("{}, {uploads:?}", self.name);
        Self { name, uploads: uploads.iter().map(|upload| (*upload, metadata)).collect(), ..self }
    }

    /// The ticket creates only.
    pub(crate) fn creating_only(mut self) -> Self {
        self.policy.retain(|(name, _)| *name != "create_only");
        self.policy.push(("create_only", OptionValue::Bool(true)));
        Self { name: format!("{}, by a ticket that creates only", self.name), ..self }
    }

    pub(crate) fn with_new_credentials(self) -> Self {
        Self { name: format!("{}, with new credentials", self.name), has_new_credentials: true, ..self }
    }
}

/// How long to explore: the default takes about a minute for all stores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth {
    pub(crate) faults: u8,
    pub(crate) restarts: u8,
    pub(crate) max_states: usize,
}

impl Store {
    /// One policy with one way to promote. The client may replace its upload, unless the ticket says otherwise.
    pub(crate) fn scenario(&self, policy: Policy, promote: &'static str, depth: Depth) -> Scenario {
        let Policy { name, mut options, metadata } = policy;
        options.push(word("promote", promote));
        if !options.iter().any(|(name, _)| *name == "create_only") {
            options.push(("create_only", OptionValue::Bool(false)));
        }
        let uploads = [Upload::First, Upload::Second, Upload::Page].map(|upload| (upload, metadata)).to_vec();
        let copies = promote == "copy" || (promote == "auto" && self.kind != Kind::Custom);
        Scenario {
            name: format!("{}, {promote}, {name}", self.name),
            kind: self.kind,
            habits: self.habits,
            policy: options,
            has_new_credentials: false,
            uploads,
            faults: depth.faults,
            restarts: depth.restarts,
            open: if copies { self.open_by_copy } else { self.open_by_write },
            max_states: depth.max_states,
        }
    }

    /// These policies with all ways to promote that go together.
    pub(crate) fn scenarios(&self, policies: fn() -> Vec<Policy>, depth: Depth) -> Vec<Scenario> {
        let ways: &[&str] = if self.kind == Kind::Custom { &["auto", "copy"] } else { &["auto", "write"] };
        let mut scenarios = Vec::new();
        for promote in ways {
            for policy in policies() {
                // The whole file is fetched then, so that one policy that verifies heads stands for all.
                let is_alike = self.kind == Kind::Custom && *promote == "copy" && policy.metadata != Metadata::Long;
                if !(is_alike && policy.verifies_heads()) {
                    scenarios.push(self.scenario(policy, promote, depth));
                }
            }
        }
        scenarios
    }

    /// Uploads straight to the final key; the client sends these.
    pub(crate) fn in_place(
        &self,
        promote: &'static str,
        metadata: Metadata,
        uploads: &[Upload],
        open: Open,
        depth: Depth,
    ) -> Scenario {
        let create_only = ("create_only", OptionValue::Bool(!open.replaced));
        let options = vec![word("incoming_prefix", ""), word("cache_control", "max-age=60"), create_only];
        let policy = Policy { name: "in place", options, metadata };
        let scenario = self.scenario(policy, promote, depth);
        let uploads = uploads.iter().map(|upload| (*upload, metadata)).collect();
        Scenario { name: format!("{}, {metadata:?}", scenario.name), uploads, open, ..scenario }
    }
}
