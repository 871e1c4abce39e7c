"""The district and its departments, as the policy names them."""

from django.db import migrations

DEPARTMENTS = [
    ("federation", "区残联", "Disabled Persons' Federation", "闵行区残疾人联合会", "district"),
    ("civil_affairs", "区民政局", "Civil Affairs Bureau", "闵行区民政局", "district"),
    ("hrss", "区人社局", "Human Resources and Social Security Bureau", "闵行区人力资源和社会保障局", "district"),
    ("district_government", "区政府", "District Government", "闵行区人民政府", "district"),
    ("finance", "区财政局", "Finance Bureau", "闵行区财政局", "district"),
    ("sasac", "区国资委", "State-owned Assets Commission", "闵行区国有资产监督管理委员会", "district"),
    ("organization", "区委组织部", "Organization Department", "中共闵行区委组织部", "district"),
    ("establishment", "区委编办", "Establishment Office", "中共闵行区委机构编制委员会办公室", "district"),
    ("town_xinzhuang", "莘庄镇", "Xinzhuang Town", "闵行区莘庄镇人民政府", "town"),
    ("town_qibao", "七宝镇", "Qibao Town", "闵行区七宝镇人民政府", "town"),
    ("town_zhuanqiao", "颛桥镇", "Zhuanqiao Town", "闵行区颛桥镇人民政府", "town"),
    ("town_huacao", "华漕镇", "Huacao Town", "闵行区华漕镇人民政府", "town"),
    ("town_hongqiao", "虹桥镇", "Hongqiao Town", "闵行区虹桥镇人民政府", "town"),
    ("town_meilong", "梅陇镇", "Meilong Town", "闵行区梅陇镇人民政府", "town"),
    ("town_wujing", "吴泾镇", "Wujing Town", "闵行区吴泾镇人民政府", "town"),
    ("town_maqiao", "马桥镇", "Maqiao Town", "闵行区马桥镇人民政府", "town"),
    ("town_pujiang", "浦江镇", "Pujiang Town", "闵行区浦江镇人民政府", "town"),
    ("town_jiangchuan", "江川路街道", "Jiangchuan Road Subdistrict", "闵行区江川路街道办事处", "town"),
    ("town_gumei", "古美路街道", "Gumei Road Subdistrict", "闵行区古美路街道办事处", "town"),
    ("town_xinhong", "新虹街道", "Xinhong Subdistrict", "闵行区新虹街道办事处", "town"),
    ("town_pujin", "浦锦街道", "Pujin Subdistrict", "闵行区浦锦街道办事处", "town"),
    ("town_xinzhuang_industrial", "莘庄工业区", "Xinzhuang Industrial Zone", "莘庄工业区管理委员会", "town"),
    ("supervision", "监督", "Supervision", "监督", "supervision"),
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
        Department(district=district, code=code, name=name, name_en=name_en, official_name=official, kind=kind)
        for code, name, name_en, official, kind in DEPARTMENTS
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(found, migrations.RunPython.noop)]
