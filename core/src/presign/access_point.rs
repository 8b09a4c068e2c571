//! The ARN of an access point: `arn:aws:s3:us-west-2:123456789012:accesspoint/my-point`.

use crate::presign::partition::Partition;

/// The access point that an ARN names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessPoint {
    pub(super) region: String,
    /// The first label of its hosts: `my-point-123456789012`.
    pub(super) label: String,
}

impl AccessPoint {
    /// Parses an ARN. The error is the reason, as the end of "expected ..., received". The caller checks the form of the
    /// region.
    pub(super) fn parse(arn: &str) -> Result<Self, &'static str> {
        const NO_ARN: &str = "one that is not like arn:aws:s3:us-west-2:123456789012:accesspoint/name";
        let mut fields = arn.splitn(6, ':');
        let mut field = || fields.next().ok_or(NO_ARN);
        let (prefix, partition, service, region, account, resource) =
            (field()?, field()?, field()?, field()?, field()?, field()?);
        if prefix != "arn" {
            return Err(NO_ARN);
        }
        match service {
            "s3" => {}
            "s3-outposts" => return Err("an access point of S3 on Outposts, which is signed in another way"),
            "s3-object-lambda" => return Err("an access point of S3 Object Lambda, which is signed in another way"),
            "s3express" => return Err("a directory bucket's access point, which is signed in another way"),
            _ => return Err("an ARN of another service than S3"),
        }
        let Some(("accesspoint", name)) = resource.split_once(['/', ':']) else {
            return Err("an ARN of something other than an access point");
        };
        if region.is_empty() {
            return Err("a multi-region access point, which is signed in another way");
        }
        if Partition::of_region(region).name != partition {
            return Err("an ARN whose region is not in its partition");
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("an ARN whose account is not 12 digits");
        }
        check_name(name)?;
        Ok(Self { region: region.to_owned(), label: format!("{name}-{account}") })
    }
}

/// S3's rules for the names of access points.
fn check_name(name: &str) -> Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(3..=50).contains(&name.len()) {
        return Err("an access point's name that is not 3 to 50 bytes long");
    }
    if !name.bytes().all(allowed) || name.starts_with('-') || name.ends_with('-') {
        return Err("an access point's name that is not of a-z 0-9 -, with no - at its ends");
    }
    if name.starts_with("xn--") || name.ends_with("-s3alias") || name.ends_with("--xa-s3") {
        return Err("an access point's name with a prefix or suffix that S3 keeps for itself");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_resource_are_read() {
        for arn in [
            "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point",
            "arn:aws:s3:us-west-2:123456789012:accesspoint:my-point",
        ] {
            let point = AccessPoint::parse(arn).unwrap();
            assert_eq!((point.region.as_str(), point.label.as_str()), ("us-west-2", "my-point-123456789012"));
        }
    }

    #[test]
    fn what_is_signed_in_other_ways_is_told_apart() {
        for (arn, word) in [
            ("arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01/accesspoint/my-point", "Outposts"),
            ("arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/my-point", "Object Lambda"),
            ("arn:aws:s3express:us-west-2:123456789012:accesspoint/my-point--usw2-az1--xa-s3", "directory"),
            ("arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap", "multi-region"),
            ("arn:aws:s3:::photos", "something other"),
            ("arn:aws:sns:us-west-2:123456789012:topic", "another service"),
            ("arn:aws:s3:cn-north-1:123456789012:accesspoint/my-point", "partition"),
            ("arn:aws-xx:s3:us-west-2:123456789012:accesspoint/my-point", "partition"),
            ("arn:aws:s3:us-west-2:12345678901:accesspoint/my-point", "12 digits"),
            ("arn:aws:s3:us-west-2:１２３４:accesspoint/my-point", "12 digits"),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/my-point/object/a", "a-z"),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/my", "3 to 50"),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/-my-point", "a-z"),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/my-point-s3alias", "keeps"),
            ("arn:aws:s3:us-west-2", "not like"),
            ("urn:aws:s3:us-west-2:123456789012:accesspoint/my-point", "not like"),
            ("", "not like"),
        ] {
            let reason = AccessPoint::parse(arn).unwrap_err();
            assert!(reason.contains(word), "{arn}: {reason}");
        }
    }
}
