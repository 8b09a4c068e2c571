//! The partitions of AWS: the domain of a region's hosts, and the kinds of endpoints that S3 has there.
//!
//! The names are those of botocore's `partitions.json`, the endpoints those of its rule set for S3.

/// A part of AWS with accounts and domains of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partition {
    /// Its name in ARNs: `aws`, `aws-cn`.
    pub(super) name: &'static str,
    /// The domain of its hosts: `amazonaws.com`.
    pub(super) dns_suffix: &'static str,
    pub(super) has_dual_stack: bool,
    pub(super) has_fips: bool,
    pub(super) has_accelerate: bool,
}

/// A partition with all kinds of endpoints.
const fn complete(name: &'static str, dns_suffix: &'static str) -> Partition {
    Partition { name, dns_suffix, has_dual_stack: true, has_fips: true, has_accelerate: true }
}

/// Partitions by the prefix of their regions. All other regions are in `aws`, as in botocore, so that a new region works
/// before it is listed anywhere.
const BY_PREFIX: [(&str, Partition); 7] = [
    ("cn-", Partition { has_fips: false, has_accelerate: false, ..complete("aws-cn", "amazonaws.com.cn") }),
    ("us-gov-", complete("aws-us-gov", "amazonaws.com")),
    ("us-iso-", complete("aws-iso", "c2s.ic.gov")),
    ("us-isob-", complete("aws-iso-b", "sc2s.sgov.gov")),
    ("eu-isoe-", Partition { has_dual_stack: false, ..complete("aws-iso-e", "cloud.adc-e.uk") }),
    ("us-isof-", Partition { has_dual_stack: false, ..complete("aws-iso-f", "csp.hci.ic.gov") }),
    ("eusc-", complete("aws-eusc", "amazonaws.eu")),
];

impl Partition {
    /// The partition that a region is in.
    pub(super) fn of_region(region: &str) -> Self {
        let listed = BY_PREFIX.iter().find(|(prefix, _)| region.starts_with(prefix));
        listed.map_or(complete("aws", "amazonaws.com"), |(_, partition)| *partition)
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
