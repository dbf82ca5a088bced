//! Formats of values, such as ids and ARNs. Each is an entry of the table in `schema/formats`.

rules! {
    /// `Fn::GetAtt` results in something other than the property accepts, such as the ARN of a queue where a key
    /// belongs. The registry's schemas say which format an attribute has and which format a property accepts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       Protocol: sqs
    ///       TopicArn:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///       Endpoint:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   News:
    ///     Type: AWS::SNS::Topic
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       Protocol: sqs
    ///       TopicArn:
    ///         Ref: News
    ///       Endpoint:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   News:
    ///     Type: AWS::SNS::Topic
    /// ```
    error E1040 "result of `Fn::GetAtt` in a format that the property does not accept";
    /// `Ref` results in something other than the property accepts, such as the id of a subnet where the id of a VPC
    /// belongs. The registry's schemas say which format the identifier of a resource has and which format a property
    /// accepts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId:
    ///         Ref: Subnet
    ///   Vpc:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Subnet:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.0.0/24
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId:
    ///         Ref: Vpc
    ///   Vpc:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Subnet:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.0.0/24
    /// ```
    error E1041 "result of `Ref` in a format that the property does not accept";
    /// A security group id is `sg-` and 8 or 17 hexadecimal digits. EC2 refuses a name or any other string when the
    /// stack is deployed.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroupIngress
    ///     Properties:
    ///       GroupId: web
    ///       IpProtocol: '-1'
    ///       CidrIp: 10.0.0.0/8
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroupIngress
    ///     Properties:
    ///       GroupId: sg-0123456789abcdef0
    ///       IpProtocol: '-1'
    ///       CidrIp: 10.0.0.0/8
    /// ```
    error E1150 "invalid security group id";
    /// A VPC id is `vpc-` and 8 or 17 hexadecimal digits.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId: main
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId: vpc-0123456789abcdef0
    /// ```
    error E1151 "invalid VPC id";
    /// An image id is `ami-` and 8 or 17 digits or lower-case letters.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: amazon-linux
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    /// ```
    error E1152 "invalid image id";
    /// The name of a security group consists of letters, digits, spaces and the characters `._-:/()#,@[]+=&;{}!$*`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBSecurityGroupIngress
    ///     Properties:
    ///       DBSecurityGroupName: db
    ///       EC2SecurityGroupName: 100%
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBSecurityGroupIngress
    ///     Properties:
    ///       DBSecurityGroupName: db
    ///       EC2SecurityGroupName: web
    /// ```
    error E1153 "invalid security group name";
    /// A subnet id is `subnet-` and 8 or 17 hexadecimal digits.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::NetworkInterface
    ///     Properties:
    ///       SubnetId: private
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::NetworkInterface
    ///     Properties:
    ///       SubnetId: subnet-0123456789abcdef0
    /// ```
    error E1154 "invalid subnet id";
    /// The name of a log group has 1 to 512 letters, digits and the characters `.-_/#`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Logs::LogGroup
    ///     Properties:
    ///       LogGroupName: my jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Logs::LogGroup
    ///     Properties:
    ///       LogGroupName: /jobs
    /// ```
    error E1155 "invalid log group name";
    /// The ARN of a role is `arn:aws:iam::`, the account, `:role/` and the name. A name alone is not enough.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Account
    ///     Properties:
    ///       CloudWatchRoleArn: Logs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Account
    ///     Properties:
    ///       CloudWatchRoleArn: arn:aws:iam::123456789012:role/Logs
    /// ```
    error E1156 "invalid role ARN";
    /// The ARN of a KMS key has a region, an account, and `key/` with an id or `alias/` with a name.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       KmsKeyArn: arn:aws:kms:eu-west-1:key
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       KmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    /// ```
    error E1157 "invalid KMS key ARN";
    /// The ARN of a topic has a region, an account and the name of the topic. A name alone is not enough.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       Protocol: email
    ///       Endpoint: me@example.com
    ///       TopicArn: news
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       Protocol: email
    ///       Endpoint: me@example.com
    ///       TopicArn: arn:aws:sns:eu-west-1:123456789012:news
    /// ```
    error E1158 "invalid topic ARN";
    /// The ARN of a certificate has a region, an account, and `certificate/` with an id.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGatewayV2::DomainName
    ///     Properties:
    ///       DomainName: example.com
    ///       DomainNameConfigurations:
    ///         - CertificateArn: example.com
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGatewayV2::DomainName
    ///     Properties:
    ///       DomainName: example.com
    ///       DomainNameConfigurations:
    ///         - CertificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/1234abcd
    /// ```
    error E1159 "invalid certificate ARN";
    /// The ARN of a function has a region, an account, and `function:` with a name.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::IoT::CertificateProvider
    ///     Properties:
    ///       AccountDefaultForOperations:
    ///         - CreateCertificateFromCsr
    ///       LambdaFunctionArn: Sign
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::IoT::CertificateProvider
    ///     Properties:
    ///       AccountDefaultForOperations:
    ///         - CreateCertificateFromCsr
    ///       LambdaFunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:Sign
    /// ```
    error E1160 "invalid function ARN";
    /// The name of a bucket has 3 to 63 lower-case letters, digits, dots and hyphens. It begins and ends with a letter
    /// or a digit, and there is no dot next to another dot or a hyphen.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: My_Bucket
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: my-bucket
    /// ```
    error E1161 "invalid bucket name";
    /// A KMS key id is a UUID in lower case, the id of a multi-region key, or `alias/` and a name.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SecretsManager::Secret
    ///     Properties:
    ///       KmsKeyId: my key
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SecretsManager::Secret
    ///     Properties:
    ///       KmsKeyId: alias/mine
    /// ```
    error E1162 "invalid KMS key id";
    /// The name of a KMS alias is `alias/` and letters, digits and the characters `:/_-`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::KMS::Alias
    ///     Properties:
    ///       TargetKeyId: 1234abcd-12ab-34cd-56ef-1234567890ab
    ///       AliasName: mine
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::KMS::Alias
    ///     Properties:
    ///       TargetKeyId: 1234abcd-12ab-34cd-56ef-1234567890ab
    ///       AliasName: alias/mine
    /// ```
    error E1164 "invalid KMS alias name";
}
