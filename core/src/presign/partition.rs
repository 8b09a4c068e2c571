//! The partitions of AWS: which domain the hosts of a region are in, and which of S3's endpoints there are.
//!
//! The names are those of botocore's `partitions.json`, the endpoints those of its rule set for S3.

/// A part of AWS with accounts and domains of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partition {
    /// As an ARN names it: `aws`, `aws-cn`.
    pub(super) name: &'static str,
    /// What ends a host: `amazonaws.com`.
    pub(super) dns_suffix: &'static str,
    pub(super) has_dual_stack: bool,
    pub(super) has_fips: bool,
    pub(super) has_accelerate: bool,
}

/// A partition with every endpoint.
const fn whole(name: &'static str, dns_suffix: &'static str) -> Partition {
    Partition { name, dns_suffix, has_dual_stack: true, has_fips: true, has_accelerate: true }
}

/// What a region starts with, and its partition. Regions that start like none of these are in `aws`, as botocore has it:
/// a new region works before anybody lists it.
const BY_PREFIX: [(&str, Partition); 7] = [
    ("cn-", Partition { has_fips: false, has_accelerate: false, ..whole("aws-cn", "amazonaws.com.cn") }),
    ("us-gov-", whole("aws-us-gov", "amazonaws.com")),
    ("us-iso-", whole("aws-iso", "c2s.ic.gov")),
    ("us-isob-", whole("aws-iso-b", "sc2s.sgov.gov")),
    ("eu-isoe-", Partition { has_dual_stack: false, ..whole("aws-iso-e", "cloud.adc-e.uk") }),
    ("us-isof-", Partition { has_dual_stack: false, ..whole("aws-iso-f", "csp.hci.ic.gov") }),
    ("eusc-", whole("aws-eusc", "amazonaws.eu")),
];

impl Partition {
    /// The partition that a region is in.
    pub(super) fn of_region(region: &str) -> Self {
        let listed = BY_PREFIX.iter().find(|(prefix, _)| region.starts_with(prefix));
        listed.map_or(whole("aws", "amazonaws.com"), |(_, partition)| *partition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_is_in_one_partition() {
        for (region, name, dns_suffix) in [
            ("us-east-1", "aws", "amazonaws.com"),
            ("xx-new-9", "aws", "amazonaws.com"),
            ("us-gov-east-1", "aws-us-gov", "amazonaws.com"),
            ("cn-northwest-1", "aws-cn", "amazonaws.com.cn"),
            ("us-iso-west-1", "aws-iso", "c2s.ic.gov"),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
            ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
            ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ] {
            let partition = Partition::of_region(region);
            assert_eq!((partition.name, partition.dns_suffix), (name, dns_suffix), "{region}");
        }
    }
}
