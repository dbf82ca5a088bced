use cfn_model::text::yaml;

use crate::check;

/// The expected values are PyYAML's, but for dates, infinities and NaN.
#[test]
fn plain_scalars_follow_yaml_1_1() {
    check(
        yaml::read,
        &[
            ("[~, null, Null, NULL, ]", "[null,null,null,null]"),
            ("nULL", r#""nULL""#),
            ("[yes, Yes, YES, true, True, TRUE, on, On, ON]", "[true,true,true,true,true,true,true,true,true]"),
            (
                "[no, No, NO, false, False, FALSE, off, Off, OFF]",
                "[false,false,false,false,false,false,false,false,false]",
            ),
            ("[y, n, Y, N, yEs, tRUE, oN]", r#"["y","n","Y","N","yEs","tRUE","oN"]"#),
            ("[0, 12, -12, +12, 1_000, 1__0_]", "[0,12,-12,12,1000,10]"),
            ("[0755, -017, 00, 0_7, 0_]", "[493,-15,0,7,0]"),
            ("[08, 0o17, 089, 0_9]", r#"["08","0o17","089","0_9"]"#),
            ("[0x1F, -0xff, 0b101, +0b1_0, 0x_f]", "[31,-255,5,2,15]"),
            ("[0xg, 0b2, 0x, 0b, 0x_, 0X1F, '0x1']", r#"["0xg","0b2","0x","0b","0x_","0X1F","0x1"]"#),
            ("[1:30, -1:30, 190:20:30, 1:5, 1_0:00]", "[90,-90,685230,65,600]"),
            ("[1:60, 0:30, 1:030, 1_:, 22:30:]", r#"["1:60","0:30","1:030",{"1_":null},{"22:30":null}]"#),
            ("[1.5, -1.5, +1.50, 1., 1_0.5_0, 00.5, 0.10]", "[1.5,-1.5,1.50,1.0,10.50,0.5,0.10]"),
            ("[.5, ._5, -.5, ., .., 1.2.3]", r#"[0.5,"._5","-.5",".","..","1.2.3"]"#),
            ("[1.5e+3, 1.5E-3, .5e+1, 1.e+3, -2.5e+1]", "[1.5e+3,1.5E-3,0.5e+1,1.0e+3,-2.5e+1]"),
            ("[1.5e3, 1e3, 1e+3, 1.5e+, 1.5ee+1]", r#"["1.5e3","1e3","1e+3","1.5e+","1.5ee+1"]"#),
            ("[1:30.5, -190:20:30.15, 0:01.5, 1:30.]", "[90.5,-685230.15,1.5,90.0]"),
            ("[.inf, -.inf, .nan, .NaN]", r#"[".inf","-.inf",".nan",".NaN"]"#),
            (
                "[2010-09-09, 2001-12-14 21:59:43.10 -5, 2010-9-9]",
                r#"["2010-09-09","2001-12-14 21:59:43.10 -5","2010-9-9"]"#,
            ),
            ("[+, '-', 1-2, 10.0.0.0/16, 123456789012]", r#"["+","-","1-2","10.0.0.0/16",123456789012]"#),
            ("[\"yes\", '12', \"~\", '']", r#"["yes","12","~",""]"#),
            ("a: |\n  12\nb: >-\n  yes\n  no\n", r#"{"a":"12\n","b":"yes no"}"#),
            ("[-9223372036854775808, 0x7fffffffffffffff]", "[-9223372036854775808,9223372036854775807]"),
            ("a: 9223372036854775808", r#"{"a":9223372036854775808}"#),
            ("a: 9223372036854775807:00", r#"{"a":553402322211286548420}"#),
            (
                "[+123456789012345678901234567890, -1_000_000_000_000_000_000_000]",
                "[123456789012345678901234567890,-1000000000000000000000]",
            ),
            (
                "[0xffffffffffffffffff, -0b1, 07777777777777777777777]",
                "[4722366482869645213695,-1,73786976294838206463]",
            ),
            (
                "a: 0xfffffffffffffffffffffffffffffffff",
                "line 1, column 4: an integer of base 2, 8, 16 or 60 must have at most 128 bits, got 0xfffffffffffffffffffffffffffffffff",
            ),
        ],
    );
}

#[test]
fn type_tags() {
    check(
        yaml::read,
        &[
            ("[!!str 12, !!str yes, ! 12, !!str]", r#"["12","yes","12",""]"#),
            ("[!!int '12', !!int 0x1f, !!float 1, !!float '1e3', !!float 1_0.]", "[12,31,1,1e3,10.0]"),
            ("[!!bool 'yes', !!null '', !!timestamp 2010-09-09]", r#"[true,null,"2010-09-09"]"#),
            ("a: !!map {b: !!seq [1]}", r#"{"a":{"b":[1]}}"#),
            ("a: !!int x", "line 1, column 4: expected an integer behind `!!int`, got `x`"),
            ("a: !!float 0x1", "line 1, column 4: expected a number behind `!!float`, got `0x1`"),
            ("a: !!bool 1", "line 1, column 4: expected `true` or `false` behind `!!bool`, got `1`"),
            ("a: !!null 1", "line 1, column 4: expected `null` behind `!!null`, got `1`"),
            ("a: !!set {b: }", "line 1, column 4: unknown tag `!!set`"),
            ("a: !!python/object:os.system x", "line 1, column 4: unknown tag `!!python/object:os.system`"),
        ],
    );
}
