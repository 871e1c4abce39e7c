"""The district and its departments, as the policy names them."""

from django.db import migrations

DEPARTMENTS = [
    ("federation", "区残联", "Disabled Persons' Federation", "district"),
    ("civil_affairs", "区民政局", "Civil Affairs Bureau", "district"),
    ("hrss", "区人社局", "Human Resources and Social Security Bureau", "district"),
    ("district_government", "区政府", "District Government", "district"),
    ("finance", "区财政局", "Finance Bureau", "district"),
    ("sasac", "区国资委", "State-owned Assets Commission", "district"),
    ("organization", "区委组织部", "Organization Department", "district"),
    ("establishment", "区委编办", "Establishment Office", "district"),
    ("town_xinzhuang", "莘庄镇", "Xinzhuang Town", "town"),
    ("town_qibao", "七宝镇", "Qibao Town", "town"),
    ("town_zhuanqiao", "颛桥镇", "Zhuanqiao Town", "town"),
    ("town_huacao", "华漕镇", "Huacao Town", "town"),
    ("town_hongqiao", "虹桥镇", "Hongqiao Town", "town"),
    ("town_meilong", "梅陇镇", "Meilong Town", "town"),
    ("town_wujing", "吴泾镇", "Wujing Town", "town"),
    ("town_maqiao", "马桥镇", "Maqiao Town", "town"),
    ("town_pujiang", "浦江镇", "Pujiang Town", "town"),
    ("town_jiangchuan", "江川路街道", "Jiangchuan Road Subdistrict", "town"),
    ("town_gumei", "古美路街道", "Gumei Road Subdistrict", "town"),
    ("town_xinhong", "新虹街道", "Xinhong Subdistrict", "town"),
    ("town_pujin", "浦锦街道", "Pujin Subdistrict", "town"),
    ("town_xinzhuang_industrial", "莘庄工业区", "Xinzhuang Industrial Zone", "town"),
    ("supervision", "监督", "Supervision", "supervision"),
]


def found(apps, schema_editor):
    District = apps.get_model("accounts", "District")
    Department = apps.get_model("accounts", "Department")
    district = District.objects.create(
        code="minhang",
        name="上海市闵行区",
        name_en="Minhang District, Shanghai",
        reference_prefix="MH",
        review_body="闵行区人民政府",
        review_body_en="the People's Government of Minhang District",
        court="上海铁路运输法院",
        court_en="Shanghai Railway Transport Court",
    )
    Department.objects.bulk_create(
        Department(district=district, code=code, name=name, name_en=name_en, kind=kind)
        for code, name, name_en, kind in DEPARTMENTS
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(found, migrations.RunPython.noop)]
