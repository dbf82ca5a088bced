use super::{broken, network};

fn check(format: &str, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(broken(format, text).is_none(), "{format}: {text}");
    }
    for text in bad {
        assert!(broken(format, text).is_some(), "{format}: {text}");
    }
}

#[test]
fn formats_are_sorted() {
    assert!(super::FORMATS.is_sorted_by_key(|format| format.name));
}

#[test]
fn ids() {
    check(
        "AWS::EC2::VPC.Id",
        &["vpc-0123abcd", "vpc-0123456789abcdef0", "vpc-0123abcd\n"],
        &["", "vpc", "vpc-0123abc", "vpc-0123abcg"],
    );
    check("AWS::EC2::Image.Id", &["ami-0123abcz"], &["ami-0123ABCD", "image"]);
    check("AWS::EC2::SecurityGroup.Id", &["sg-0123ABCD"], &["sg-0123ABCZ", "default"]);
    check("AWS::EC2::SecurityGroup.Name", &["web servers (1)"], &["", "a%b", "é"]);
    check(
        "AWS::KMS::Key.Id",
        &["1234abcd-12ab-34cd-56ef-1234567890ab", "alias/a/b"],
        &["1234ABCD-12ab-34cd-56ef-1234567890ab", "1234abcd", "alias/a:b"],
    );
    check("AWS::KMS::Alias.AliasName", &["alias/a:b"], &["alias/", "a"]);
    check("AWS::Unknown::Thing.Id", &["anything"], &[]);
}

#[test]
fn names() {
    let long = "a".repeat(64);
    check(
        "AWS::S3::Bucket.Name",
        &["abc", "a.b-c", &long[1..]],
        &["ab", &long, "Abc", "-ab", "ab.", "a..b", "a.-b", "a-.b"],
    );
    check("AWS::Logs::LogGroup.Name", &["/aws/lambda/a_b#c.d"], &["", "a b", &"a".repeat(513)]);
}

#[test]
fn arns() {
    check(
        "AWS::IAM::Role.Arn",
        &["arn:aws:iam::123456789012:role/path/Name", "arn:aws-us-gov:iam::123456789012:role/N"],
        &[
            "arn:aws:iam::123456789012:user/N",
            "arn:aws:iam:eu-west-1:123456789012:role/N",
            "arn:aws:iam::12345:role/N",
            "Role",
            "arn:aws:iam::123456789012:role/",
        ],
    );
    check(
        "AWS::SNS::Topic.Arn",
        &["arn:aws:sns:eu-west-1:123456789012:T"],
        &["arn:aws:sns::123456789012:T", "arn:aws:sqs:eu-west-1:123456789012:T"],
    );
    check(
        "AWS::Lambda::Function.Arn",
        &["arn:aws:lambda:eu-west-1:123456789012:function:F:live"],
        &["F", "arn:aws:lambda:eu-west-1:123456789012:layer:L"],
    );
    check(
        "AWS::KMS::Key.Arn",
        &["arn:aws:kms:eu-west-1:123456789012:alias/a"],
        &["arn:aws:kms:eu-west-1:123456789012:key"],
    );
    check(
        "AWS::ACM::Certificate.Arn",
        &["arn:aws:acm:eu-west-1:123456789012:certificate/1"],
        &["arn:aws:acm:eu-west-1:123456789012:1"],
    );
}

#[test]
fn networks() {
    check(
        "ipv4-network",
        &["10.0.0.0/16", "1.2.3.4", "0.0.0.0/0", "10.0.0.0/255.255.0.0", "10.0.0.0/0.0.255.255"],
        &["10.0.0.1/16", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/255.0.255.0", "::/0"],
    );
    check("ipv6-network", &["::/0", "2001:db8::/32"], &["2001:db8::1/32", "::/129", "10.0.0.0/8"]);
    check("ipv4", &["1.2.3.4"], &["1.2.3.400", "01.2.3.4", "a"]);
    assert_eq!(network::v4("10.0.0.0/255.255.0.0"), network::v4("10.0.0.0/16"));
}

#[test]
fn times() {
    check(
        "date-time",
        &["2024-01-31T23:59:59Z", "2024-01-31T23:59:59.25+01:00"],
        &[
            "2024-01-31",
            "2024-13-01T00:00:00Z",
            "2024-01-31T24:00:00Z",
            "2024-01-31T23:59Z",
            "2024-01-31T23:59:59",
            "2024-01-31T23:59:59.Z",
        ],
    );
}
