//! The sections of a template, their limits and names.

rules! {
    error AL0302 "A value is null, which CloudFormation does not accept";
    error E1001 "A template has known sections only, and resources";
    error E1002 "A template has at most 1,000,000 bytes";
    error E1003 "A description has at most 1024 characters";
    error E1004 "A description is a string";
    error E1005 "A transform is a name, or a name with parameters";
    error E1700 "A rule is an object with assertions";
    error E1701 "An assertion is a condition function";
    error E1702 "The condition of a rule is a condition function";
    error E2001 "A parameter has the properties of its type";
    error E2002 "A parameter has a known type";
    error E2010 "A template has at most 200 parameters";
    error E2011 "The name of a parameter has at most 255 characters";
    error E2015 "The default of a parameter fits its constraints";
    error E3001 "A resource has a type and known attributes";
    error E3009 "What `cfn-init` does has a known form";
    error E3010 "A template has at most 500 resources";
    error E3016 "An update policy fits its resource";
    error E3028 "The metadata of a resource are an object or a list, and hold no null";
    error E3035 "A deletion policy is a known one that the type supports";
    error E3036 "An update replace policy is a known one that the type supports";
    error E3038 "`AWS::Serverless` types need the transform `AWS::Serverless-2016-10-31`";
    error E3055 "A creation policy fits its resource";
    error E3066 "`Connectors` and `IgnoreGlobals` need the transform `AWS::Serverless-2016-10-31`";
    error E3724 "`Globals` holds what resources of its kind share, and needs the transform `AWS::Serverless-2016-10-31`";
    error E4002 "Metadata holds no null";
    error E5001 "A module has no tags, no policies and no reserved metadata of its own";
    error E6001 "An output has known properties";
    error E6002 "An output has a value";
    error E6003 "The properties of an output have their types";
    error E6010 "A template has at most 200 outputs";
    error E6011 "The name of an output has at most 255 characters";
    error E6102 "The name of an export is a string";
    error E7001 "A mapping has two levels of keys and simple values";
    error E7002 "The name of a mapping has at most 255 characters";
    error E7010 "A template has at most 200 mappings, a mapping at most 200 keys";
    warning W3001 "SAM takes no notice of an unknown attribute of a resource";
}
